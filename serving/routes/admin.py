"""``/admin``: the report of wrong predictions and suspicious labels; erasure."""

from enum import StrEnum
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field

from models.registry import FAMILIES
from serving.feedback.report import ErasedFlood, FeedbackReport, make_report, render_html
from serving.feedback.store import FeedbackStore
from serving.http.access.admin_key import AdminKey
from serving.http.access.form_tokens import FormTokens
from serving.http.errors import ApiError
from serving.http.openapi import error_responses
from serving.http.page_headers import page_headers
from serving.mentions.store import MentionStore
from serving.routes.review import add_review_route
from serving.routes.store_calls import call_store
from serving.routes.window import Window, report_window
from serving.settings import Settings

_MOST_REPORTS = 1000
# No script: the page shows texts of strangers.
_PAGE_HEADERS = page_headers(policy="style-src 'unsafe-inline'", cache="no-store", forms="'self'")


class ReportFormat(StrEnum):
    JSON = "json"
    HTML = "html"


class ReportQuery(Window):
    """The query of ``GET /admin/feedback``."""

    model: str | None = Field(default=None, max_length=64, description="Only this family.")
    format: ReportFormat = ReportFormat.JSON


class FloodQuery(Window):
    """The query of ``DELETE /admin/feedback``."""

    client: str | None = Field(default=None, max_length=32, description="`client` of the report.")
    text_hash: str | None = Field(
        default=None, max_length=32, description="`text_hash` of the report."
    )


def create_router(settings: Settings) -> APIRouter:
    key = settings.admin_key.get_secret_value()
    router = APIRouter(prefix="/admin", dependencies=[Depends(AdminKey(key))])
    tokens = FormTokens(key)

    async def report(request: Request, query: Annotated[ReportQuery, Query()]) -> Response:
        """Predictions that were called wrong in a window, the newest first; suspicious labels."""
        return await wrong_predictions(request, query, tokens)

    router.get(
        "/feedback",
        response_model=FeedbackReport,
        responses={
            200: {"content": {"text/html": {"schema": {"type": "string"}}}},
            **error_responses(400, 401, 403, 429, 503),
        },
        name="wrong_predictions",
    )(report)
    add_review_route(router, tokens)
    router.delete("/feedback", responses=error_responses(400, 401, 403, 429, 503))(erase_flood)
    router.delete(
        "/feedback/{feedback_id}",
        status_code=HTTPStatus.NO_CONTENT,
        responses=error_responses(401, 403, 404, 429, 503),
    )(erase)
    router.delete(
        "/mentions/{mention_id}",
        status_code=HTTPStatus.NO_CONTENT,
        responses=error_responses(401, 403, 404, 429, 503),
    )(erase_mention)
    return router


async def wrong_predictions(request: Request, query: ReportQuery, tokens: FormTokens) -> Response:
    since, until = report_window(query.since, query.until)
    if query.model is not None and query.model not in FAMILIES:
        reason = f"Value error, choose one of {', '.join(FAMILIES)}"
        raise RequestValidationError([{"loc": ("query", "model"), "msg": reason}])
    store: FeedbackStore = request.app.state.store
    read = partial(store.wrong_predictions, since, until, query.model, _MOST_REPORTS)
    wrong = await call_store(request, read, "feedback cannot be read now")
    suspects = partial(store.suspicious_labels, query.model, _MOST_REPORTS)
    suspicious = await call_store(request, suspects, "feedback cannot be read now")
    report = make_report(wrong, suspicious, query.model)
    if query.format is ReportFormat.HTML:
        page = render_html(report, since, until, tokens.token)
        return Response(page, media_type="text/html; charset=utf-8", headers=_PAGE_HEADERS)
    return Response(
        report.model_dump_json(),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


async def erase_flood(request: Request, query: Annotated[FloodQuery, Query()]) -> ErasedFlood:
    """Erase all verdicts of a client, or on a text, in a window of time."""
    since, until = report_window(query.since, query.until)
    if query.client is None and query.text_hash is None:
        raise ApiError(HTTPStatus.BAD_REQUEST, "name a client or a text_hash of the report")
    store: FeedbackStore = request.app.state.store
    erase_all = partial(store.erase_flood, since, until, query.text_hash, query.client)
    return ErasedFlood(erased=await call_store(request, erase_all, "feedback cannot be erased now"))


async def erase(request: Request, feedback_id: str) -> Response:
    """Erase one verdict, its text included."""
    store: FeedbackStore = request.app.state.store
    erase_one = partial(store.erase, feedback_id)
    if not await call_store(request, erase_one, "feedback cannot be erased now"):
        raise ApiError(HTTPStatus.NOT_FOUND, "no feedback has this id")
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def erase_mention(request: Request, mention_id: str) -> Response:
    """Erase one mention. A mention with its id is never stored again."""
    mentions: MentionStore = request.app.state.mentions
    erase_one = partial(mentions.erase, mention_id)
    if not await call_store(request, erase_one, "mentions cannot be erased now"):
        raise ApiError(HTTPStatus.NOT_FOUND, "no mention has this id")
    return Response(status_code=HTTPStatus.NO_CONTENT)
