"""``/ui``: the page on which people check a tweet before they publish it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from serving.http.errors import ApiError
from serving.http.openapi import error_responses
from serving.schemas import LONGEST_TEXT

_FOLDER = Path(__file__).parents[1] / "page"
_INDEX = "index.html"
_LONGEST_TEXT = b"{longest_text}"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HEADERS = {
    # No other host, no inline code, and no markup made of text (no trusted types).
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # The browser asks at each visit whether its copy is still the newest.
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True)
class _PageFile:
    content: bytes
    media_type: str
    etag: str


def create_router() -> APIRouter:
    files = _read_files()
    router = APIRouter()

    def page(request: Request) -> Response:
        """The page, to be opened in a browser."""
        return _answer(files[_INDEX], request)

    def page_file(request: Request, file: str) -> Response:
        """A file of the page: style, script, translation."""
        if file not in files:
            raise ApiError(HTTPStatus.NOT_FOUND, "not found")
        return _answer(files[file], request)

    router.get("/ui", response_class=Response, responses=_responses("text/html"))(page)
    missing = error_responses(404)[404] | {"description": "The page has no such file."}
    router.get(
        "/ui/{file}",
        response_class=Response,
        responses=_responses("text/css", "text/javascript", "image/svg+xml") | {404: missing},
    )(page_file)
    return router


def _read_files() -> Mapping[str, _PageFile]:
    files = {}
    for path in sorted(_FOLDER.iterdir()):
        content = path.read_bytes().replace(_LONGEST_TEXT, str(LONGEST_TEXT).encode())
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        files[path.name] = _PageFile(content, _MEDIA_TYPES[path.suffix], etag)
    return files


def _answer(file: _PageFile, request: Request) -> Response:
    headers = _HEADERS | {"ETag": file.etag}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(file.content, headers=headers, media_type=file.media_type)


def _responses(*media_types: str) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"content": {name: {"schema": {"type": "string"}} for name in media_types}},
        304: {"description": "The browser has this version."},
    }
