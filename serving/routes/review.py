"""``/admin/feedback/{feedback_id}/review``: a person's decision about a suspicious label."""

from functools import partial
from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import ValidationError

from serving.feedback.store import FeedbackStore
from serving.http.access.form_tokens import FormTokens
from serving.http.connection.body import FORM
from serving.http.errors import ApiError
from serving.http.openapi import REVIEW_ROUTE, error_responses
from serving.routes.store_calls import call_store
from serving.schemas import Reviewed, ReviewRequest

# The form of the report is documented by its page.
_BODY = {"application/json": {"schema": ReviewRequest.model_json_schema()}}
# Relative to the route, so that the prefix of a reverse proxy stays.
_REPORT = "../../feedback?format=html#suspicious"


def add_review_route(router: APIRouter, tokens: FormTokens) -> None:
    """Add the route to the router of ``/admin``."""

    async def review(request: Request, feedback_id: str) -> Response:
        """Keep or drop the label of a verdict. A form is answered with the report."""
        is_form = request.headers["content-type"].partition(";")[0].strip() == FORM.decode()
        content = await request.body()
        try:
            decision = (
                ReviewRequest.model_validate(_read_form(content, feedback_id, tokens))
                if is_form
                else ReviewRequest.model_validate_json(content)
            )
        except ValidationError as error:
            found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
            raise RequestValidationError(found) from error
        store: FeedbackStore = request.app.state.store
        record = partial(store.review, feedback_id, decision.review)
        if not await call_store(request, record, "feedback cannot be reviewed now"):
            raise ApiError(HTTPStatus.NOT_FOUND, "no feedback has this id")
        if is_form:
            return RedirectResponse(_REPORT, HTTPStatus.SEE_OTHER)
        return JSONResponse(Reviewed(id=feedback_id, review=decision.review).model_dump())

    router.post(
        REVIEW_ROUTE.removeprefix("/admin"),
        response_model=Reviewed,
        responses={
            303: {"description": "The review of a form is recorded: the report follows."},
            **error_responses(400, 401, 403, 404, 413, 415, 429, 503),
        },
        openapi_extra={"requestBody": {"required": True, "content": _BODY}},
    )(review)


def _read_form(content: bytes, feedback_id: str, tokens: FormTokens) -> dict[str, str]:
    """The fields of the report's form. Raises ``ApiError`` without the token of the form."""
    fields = dict(parse_qsl(content.decode("ascii", "replace")))
    if not tokens.is_valid(fields.pop("token", ""), feedback_id):
        raise ApiError(
            HTTPStatus.FORBIDDEN, "the form's token is missing or wrong: open the report again"
        )
    return fields
