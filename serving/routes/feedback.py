"""``/feedback``: verdicts on predictions."""

from functools import partial
from http import HTTPStatus

from fastapi import APIRouter, Request

from serving import metrics
from serving.challenger.comparison import Comparison
from serving.feedback.bounds import FeedbackBoundError
from serving.feedback.failures import report_failure
from serving.feedback.privacy import storable_text
from serving.feedback.store import FeedbackStore
from serving.feedback.threads import FeedbackThreads
from serving.feedback.unstored_texts import UnstoredTexts
from serving.feedback.verdicts import DuplicateFeedbackError, Feedback, FeedbackStoreError
from serving.http.access.identity import client_identity
from serving.http.errors import ApiError
from serving.http.openapi import error_responses
from serving.prediction_ids import PredictionTokens, UnknownPredictionError
from serving.schemas import FeedbackRequest, FeedbackResponse

_REFUSALS = {
    "text": "this text has enough verdicts for now, try again later",
    "client": "this client has given enough verdicts for now, try again later",
}

router = APIRouter()


@router.post("/feedback", responses=error_responses(400, 401, 404, 409, 413, 415, 429, 503))
async def feedback(request: Request, body: FeedbackRequest) -> FeedbackResponse:
    """Say whether a prediction was right, once."""
    tokens: PredictionTokens = request.app.state.tokens
    store: FeedbackStore = request.app.state.store
    threads: FeedbackThreads = request.app.state.store_threads
    try:
        claims = tokens.read(body.prediction_id)
    except UnknownPredictionError as error:
        raise ApiError(HTTPStatus.NOT_FOUND, "unknown or expired prediction") from error
    if body.text is not None and tokens.text_hash(body.text) != claims.text_hash:
        raise ApiError(
            HTTPStatus.BAD_REQUEST,
            "the text is not that of the prediction: send the predicted text, or none",
        )
    client = tokens.pseudonym(client_identity(request.scope))
    try:
        feedback_id = await threads.run(
            partial(_record, store, Feedback(claims, body.correct, client))
        )
    except DuplicateFeedbackError as error:
        raise ApiError(HTTPStatus.CONFLICT, "this prediction already has a verdict") from error
    except FeedbackBoundError as error:
        metrics.FEEDBACK_REFUSED.labels(error.bound).inc()
        retry_after = {"Retry-After": str(error.retry_after_s)}
        refusal = _REFUSALS[error.bound]
        raise ApiError(HTTPStatus.TOO_MANY_REQUESTS, refusal, headers=retry_after) from error
    except FeedbackStoreError as error:
        report_failure(error)
        raise ApiError(
            HTTPStatus.SERVICE_UNAVAILABLE, "feedback cannot be stored now, try again"
        ) from error
    comparison: Comparison = request.app.state.comparison
    if comparison.credits:
        comparison.credits.add(claims, body.correct)
    if body.text is not None and body.consent:
        # The answer does not wait for the text: a worker's first text loads a model for seconds.
        texts: UnstoredTexts = request.app.state.unstored_texts
        texts.start(_add_text(store, threads, feedback_id, body.text))
    return FeedbackResponse(feedback_id=feedback_id)


async def _add_text(
    store: FeedbackStore, threads: FeedbackThreads, feedback_id: str, text: str
) -> None:
    """Scrub a text and add it to its verdict."""
    scrubbed = await storable_text(text)
    if scrubbed is None:
        return
    try:
        await threads.run(partial(store.add_text, feedback_id, scrubbed))
    except FeedbackStoreError as error:
        report_failure(error)


def _record(store: FeedbackStore, verdict: Feedback) -> str:
    """Store and count a verdict, and return its id.

    The store's thread counts the verdict, so that a stored verdict counts even if its client has
    left.
    """
    recorded, claims = store.record(verdict), verdict.claims
    prediction = (claims.model, claims.version, claims.label)
    metrics.FEEDBACK.labels(*prediction, metrics.VERDICTS[not verdict.correct]).inc()
    if recorded.is_new_wrong_text:
        metrics.WRONG_TEXTS.labels(*prediction).inc()
    return recorded.id
