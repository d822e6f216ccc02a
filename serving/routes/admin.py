"""``/admin/feedback``: the report of wrong predictions, and erasure."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime

from serving.feedback.report import FeedbackReport, make_report, render_html
from serving.feedback.store import FeedbackStore, FeedbackStoreError
from serving.http.admin_key import AdminKey
from serving.http.errors import ApiError
from serving.http.openapi import error_responses
from serving.http.page_headers import page_headers
from serving.settings import Settings

_MOST_REPORTS = 1000
# No script: the page shows texts of strangers.
_PAGE_HEADERS = page_headers(policy="style-src 'unsafe-inline'", cache="no-store")


class ReportFormat(StrEnum):
    JSON = "json"
    HTML = "html"


def create_router(settings: Settings) -> APIRouter:
    key = AdminKey(settings.admin_key.get_secret_value())
    router = APIRouter(prefix="/admin", dependencies=[Depends(key)])
    router.get(
        "/feedback",
        response_model=FeedbackReport,
        responses={
            200: {"content": {"text/html": {"schema": {"type": "string"}}}},
            **error_responses(400, 401, 403, 429, 503),
        },
    )(wrong_predictions)
    router.delete(
        "/feedback/{feedback_id}",
        status_code=HTTPStatus.NO_CONTENT,
        responses=error_responses(401, 403, 404, 429, 503),
    )(erase)
    return router


def wrong_predictions(
    request: Request,
    since: Annotated[
        AwareDatetime | None, Query(description="ISO 8601 with time zone; default: a day ago.")
    ] = None,
    until: Annotated[
        AwareDatetime | None, Query(description="ISO 8601 with time zone; default: now.")
    ] = None,
    model: Annotated[str | None, Query(max_length=64, description="Only this family.")] = None,
    form: Annotated[ReportFormat, Query(alias="format")] = ReportFormat.JSON,
) -> Response:
    """Predictions that were called wrong in a window of time, the newest first."""
    store: FeedbackStore = request.app.state.store
    try:
        until = (until or datetime.now(UTC)).astimezone(UTC)
        since = (since or until - timedelta(days=1)).astimezone(UTC)
    except OverflowError as error:
        raise ApiError(
            HTTPStatus.BAD_REQUEST, "since and until must be of years 2 to 9998"
        ) from error
    if since >= until:
        raise ApiError(HTTPStatus.BAD_REQUEST, "since must be before until")
    try:
        amount, wrong = store.wrong_predictions(since, until, model, _MOST_REPORTS)
    except FeedbackStoreError as error:
        raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "feedback cannot be read now") from error
    report = make_report(amount, wrong, model)
    if form is ReportFormat.HTML:
        page = render_html(report, since, until)
        return Response(page, media_type="text/html; charset=utf-8", headers=_PAGE_HEADERS)
    return Response(
        report.model_dump_json(),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def erase(request: Request, feedback_id: str) -> Response:
    """Erase one verdict, its text included."""
    store: FeedbackStore = request.app.state.store
    try:
        erased = store.erase(feedback_id)
    except FeedbackStoreError as error:
        raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "feedback cannot be erased now") from error
    if not erased:
        raise ApiError(HTTPStatus.NOT_FOUND, "no feedback has this id")
    return Response(status_code=HTTPStatus.NO_CONTENT)
