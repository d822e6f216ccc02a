"""``/crowd`` and ``/ui/crowd``: mentions and the share of negative ones over time."""

from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from serving.http.access.admin_key import AdminKey
from serving.http.errors import ApiError
from serving.http.openapi import error_responses
from serving.http.page_files import PageFiles, page_router
from serving.mentions.counts import StoredCounts
from serving.mentions.report import LONGEST_WINDOW, CrowdReport, make_report
from serving.routes.page import PAGE_HEADERS
from serving.routes.sources import check_source
from serving.routes.store_calls import call_store
from serving.routes.window import Window, report_window
from serving.settings import Settings

_FOLDER = Path(__file__).parents[1] / "crowd_page"
_PAGE = "/ui/crowd"


class CrowdQuery(Window):
    """The query of ``GET /crowd``."""

    source: str | None = Field(
        default=None, max_length=32, description="Only this source of `SENTIMENT_SOURCES`."
    )


def create_router(settings: Settings) -> APIRouter:
    """The routes. They need the admin key if there is one, and are open otherwise."""
    key = settings.admin_key.get_secret_value()
    needed = [Depends(AdminKey(key))] if key else []
    router = APIRouter(dependencies=needed, responses=error_responses(401, 429))
    router.get("/crowd", response_model=CrowdReport, responses=error_responses(400, 503))(crowd)
    files = PageFiles(
        {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir())}, PAGE_HEADERS
    )
    description = "The page of mentions, to be opened in a browser."
    router.include_router(page_router(files, "crowd_page", _PAGE, _PAGE, description))
    return router


async def crowd(request: Request, query: Annotated[CrowdQuery, Query()]) -> Response:
    """Mentions and the share of negative ones over time, beside the usual share; frequent words."""
    settings: Settings = request.app.state.settings
    check_source(query.source, settings.sources, "query")
    since, until = report_window(query.since, query.until)
    if until - since > LONGEST_WINDOW:
        raise ApiError(
            HTTPStatus.BAD_REQUEST,
            f"the window is longer than {LONGEST_WINDOW.days} days: choose a later since",
        )
    stored: StoredCounts = request.app.state.mention_counts
    make = partial(make_report, stored, since, until, query.source, settings.sources)
    report = await call_store(request, make, "mentions cannot be read now", "mention_threads")
    return Response(
        report.model_dump_json(),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
