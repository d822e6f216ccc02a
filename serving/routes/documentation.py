"""``/``: the HTTP interface to click through, Swagger UI on ``/docs.json``."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter
from swagger_ui_bundle import swagger_ui_path

from serving.http.page_files import PageFiles, page_router
from serving.http.page_headers import page_headers

_FOLDER = Path(__file__).parents[1] / "api_page"
_SWAGGER_FILES = ("favicon-32x32.png", "swagger-ui-bundle.js", "swagger-ui.css")
_HEADERS = page_headers(
    # Swagger UI's style sheet holds its icons as data.
    policy="script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'",
    cache="no-cache",
)


def create_router() -> APIRouter:
    files = PageFiles(_read_files(), _HEADERS)
    return page_router(
        files, "api_page", "/", "/docs", "The HTTP interface as an interactive page (Swagger UI)."
    )


def _read_files() -> Mapping[str, bytes]:
    own = {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir())}
    return own | {name: (swagger_ui_path / name).read_bytes() for name in _SWAGGER_FILES}
