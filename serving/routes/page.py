"""``/ui``: the page on which people check a tweet before they publish it."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter

from serving.http.page_files import PageFiles, page_router
from serving.http.page_headers import page_headers
from serving.schemas import LONGEST_TEXT

_FOLDER = Path(__file__).parents[1] / "page"
_LONGEST_TEXT = b"{longest_text}"
_HEADERS = page_headers(
    # No other host, no inline code, and no markup made of text (no trusted types).
    policy="script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    # The browser revalidates its copy at each visit.
    cache="no-cache",
)


def create_router() -> APIRouter:
    files = PageFiles(_read_files(), _HEADERS)
    return page_router(files, "page", "/ui", "/ui", "The page, to be opened in a browser.")


def _read_files() -> Mapping[str, bytes]:
    longest_text = str(LONGEST_TEXT).encode()
    return {
        path.name: path.read_bytes().replace(_LONGEST_TEXT, longest_text)
        for path in sorted(_FOLDER.iterdir())
    }
