"""``/feedback``: verdicts on predictions."""

import logging
from http import HTTPStatus

from fastapi import APIRouter, Request

from serving import metrics
from serving.feedback.privacy import scrub
from serving.feedback.store import (
    DuplicateFeedbackError,
    Feedback,
    FeedbackStore,
    FeedbackStoreError,
)
from serving.http.errors import ApiError
from serving.http.openapi import error_responses
from serving.prediction_ids import PredictionTokens, UnknownPredictionError
from serving.schemas import FeedbackRequest, FeedbackResponse

router = APIRouter()
logger = logging.getLogger("bentoml.sentiment")


@router.post("/feedback", responses=error_responses(400, 401, 404, 409, 413, 415, 429, 503))
def feedback(request: Request, body: FeedbackRequest) -> FeedbackResponse:
    """Say whether a prediction was right, once."""
    tokens: PredictionTokens = request.app.state.tokens
    store: FeedbackStore = request.app.state.store
    try:
        claims = tokens.read(body.prediction_id)
    except UnknownPredictionError as error:
        raise ApiError(HTTPStatus.NOT_FOUND, "unknown or expired prediction") from error
    if body.text is not None and tokens.text_hash(body.text) != claims.text_hash:
        raise ApiError(HTTPStatus.BAD_REQUEST, "this is not the text of that prediction")
    kept = scrub(body.text) if body.text is not None and body.consent else None
    try:
        feedback_id = store.record(Feedback(claims, body.correct, kept))
    except DuplicateFeedbackError as error:
        raise ApiError(HTTPStatus.CONFLICT, "this prediction already has a verdict") from error
    except FeedbackStoreError as error:
        metrics.FEEDBACK_STORE_ERRORS.inc()
        logger.error("the feedback store failed: %s", type(error.__cause__).__name__)
        raise ApiError(
            HTTPStatus.SERVICE_UNAVAILABLE, "feedback cannot be stored now, try again"
        ) from error
    verdict = metrics.VERDICTS[not body.correct]
    metrics.FEEDBACK.labels(claims.model, claims.version, claims.label, verdict).inc()
    return FeedbackResponse(feedback_id=feedback_id)
