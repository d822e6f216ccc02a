"""``/``: the HTTP interface to click through, Swagger UI on ``/docs.json``."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, Request, Response
from swagger_ui_bundle import swagger_ui_path

from serving.http.page_files import PageFiles, file_responses, page_responses
from serving.http.page_headers import page_headers

_FOLDER = Path(__file__).parents[1] / "api_page"
_INDEX = "index.html"
_SWAGGER_FILES = ("favicon-32x32.png", "swagger-ui-bundle.js", "swagger-ui.css")
_HEADERS = page_headers(
    # Swagger UI's style sheet holds its icons as data.
    policy="script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'",
    cache="no-cache",
)


def create_router() -> APIRouter:
    files = PageFiles(_read_files(), _HEADERS)
    router = APIRouter()

    async def api_page(request: Request) -> Response:
        """The HTTP interface as an interactive page (Swagger UI)."""
        return files.answer(_INDEX, request)

    async def api_page_file(request: Request, file: str) -> Response:
        """A file of the interface's page: style or script."""
        return files.answer(file, request)

    router.get("/", response_class=Response, responses=page_responses())(api_page)
    router.get("/docs/{file}", response_class=Response, responses=file_responses())(api_page_file)
    return router


def _read_files() -> Mapping[str, bytes]:
    own = {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir())}
    return own | {name: (swagger_ui_path / name).read_bytes() for name in _SWAGGER_FILES}
