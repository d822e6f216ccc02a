"""Security headers of the pages: ``/ui``, the API page, and the report."""

_POLICY = "base-uri 'none'; frame-ancestors 'none'"


def page_headers(policy: str, cache: str, forms: str = "'none'") -> dict[str, str]:
    """The headers of a page and its files.

    ``policy`` lists the sources of the Content-Security-Policy that the page needs. The policy
    forbids all other sources, and frames around the page. ``forms`` are the targets of the page's
    forms. ``cache`` is the value of ``Cache-Control``.
    """
    return {
        "Content-Security-Policy": f"default-src 'none'; {policy}; form-action {forms}; {_POLICY}",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": cache,
    }
