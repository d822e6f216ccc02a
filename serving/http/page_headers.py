"""Security headers of the pages: ``/ui``, the API page, and the report."""

_POLICY = "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"


def page_headers(policy: str, cache: str) -> dict[str, str]:
    """The headers of a page and its files.

    ``policy`` lists the sources of the Content-Security-Policy that the page needs. The policy
    forbids all other sources, forms, and frames around the page. ``cache`` is the value of
    ``Cache-Control``.
    """
    return {
        "Content-Security-Policy": f"default-src 'none'; {policy}; {_POLICY}",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": cache,
    }
