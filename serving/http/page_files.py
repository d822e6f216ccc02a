"""A page and its files, kept in memory, with the entity tags that let a browser keep its copy."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response

from serving.http.errors import ApiError
from serving.http.openapi import error_responses

_INDEX = "index.html"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class _PageFile:
    content: bytes
    media_type: str
    etag: str


class PageFiles:
    """The files of one page by name, all answered with the same security headers."""

    def __init__(self, contents: Mapping[str, bytes], headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._files = {
            name: _PageFile(content, _media_type(name), _etag(content))
            for name, content in contents.items()
        }

    def answer(self, name: str, request: Request) -> Response:
        """The file, or 304 if the request names its entity tag. Raises a 404 for another name."""
        file = self._files.get(name)
        if file is None:
            raise ApiError(HTTPStatus.NOT_FOUND, "not found")
        headers = {**self._headers, "ETag": file.etag}
        if file.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(file.content, headers=headers, media_type=file.media_type)


def page_router(
    files: PageFiles, name: str, page_path: str, folder: str, description: str
) -> APIRouter:
    """The routes of a page: its ``index.html`` at ``page_path``, and each file below ``folder``.

    ``/docs.json`` names the operations ``name`` and ``{name}_file``.
    """
    router = APIRouter()

    async def page(request: Request) -> Response:
        return files.answer(_INDEX, request)

    async def page_file(request: Request, file: str) -> Response:
        """A file of the page: style, script, translation."""
        return files.answer(file, request)

    media_types = [media_type.partition(";")[0] for media_type in _MEDIA_TYPES.values()]
    missing = error_responses(404)[404] | {
        "description": "The page has no such file.",
        "content": {"application/json": {"example": {"error": "not found"}}},
    }
    router.get(
        page_path,
        name=name,
        description=description,
        response_class=Response,
        responses=_responses("text/html"),
    )(page)
    router.get(
        f"{folder}/{{file}}",
        name=f"{name}_file",
        response_class=Response,
        responses=_responses(*media_types) | {404: missing},
    )(page_file)
    return router


def _media_type(name: str) -> str:
    return _MEDIA_TYPES[name[name.rindex(".") :]]


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:16]}"'


def _responses(*media_types: str) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"content": {name: {"schema": {"type": "string"}} for name in media_types}},
        304: {"description": "The browser has this version."},
    }
