"""Cross-origin requests (CORS) from the pages of other hosts."""

from collections.abc import Collection
from typing import Any

from serving.http.request_ids import HEADER as REQUEST_ID


def cors_options(origins: Collection[str]) -> dict[str, Any]:
    """Options of ``CORSMiddleware`` that let the pages of ``origins`` use the service."""
    return {
        "allow_origins": origins,
        "allow_methods": ("GET", "HEAD", "POST"),
        "allow_headers": ("Authorization", "Prefer", "X-API-Key", REQUEST_ID),
        "expose_headers": (
            *("Preference-Applied", "RateLimit", "RateLimit-Policy", "Retry-After"),
            *("Server-Timing", REQUEST_ID),
        ),
    }
