"""``/predict``, ``/predict_batch`` and ``/models``."""

import logging
from collections.abc import Awaitable
from http import HTTPStatus
from typing import TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from serving.challenger.comparison import Comparison
from serving.http.access.identity import client_identity
from serving.http.access.rate_limits import charge_texts
from serving.http.connection.peer import peer_of
from serving.http.errors import ApiError
from serving.http.openapi import error_responses
from serving.mentions.metrics import count_mention
from serving.prediction.batching import QueueFullError
from serving.prediction.predictor import Predictor
from serving.prediction.scoring import ScorerUnavailableError
from serving.prediction.served_models import ServedModels
from serving.prediction.timing import RequestTiming
from serving.routes.sources import check_source
from serving.schemas import (
    ModelDescription,
    ModelsRequest,
    PredictBatchRequest,
    PredictBatchResponse,
    Prediction,
    PredictRequest,
)
from serving.settings import Settings

_ERRORS = error_responses(400, 401, 413, 415, 429, 503, 504)
# RFC 7240: a client asks for the header Server-Timing by this preference.
_PREFERENCE = "server-timing"

Answer = TypeVar("Answer")

router = APIRouter()
logger = logging.getLogger("bentoml.sentiment")


@router.post("/predict", response_model=Prediction, responses=_ERRORS)
async def predict(request: Request, body: PredictRequest) -> Response:
    """The sentiment of one tweet."""
    predictor = answering_predictor(request, _family(request, body.model))
    timing = RequestTiming()
    if body.explain:
        prediction = await in_time(request, predictor.explain(body.text, timing))
    else:
        (prediction,) = await in_time(request, predictor.predict([body.text], timing))
    return _json(request, prediction, timing)


@router.post("/predict_batch", response_model=PredictBatchResponse, responses=_ERRORS)
async def predict_batch(request: Request, body: PredictBatchRequest) -> Response:
    """The sentiment of up to 256 tweets, answered in their order."""
    predictor = answering_predictor(request, _family(request, body.model))
    check_source(body.source, _settings(request).sources, "body")
    charge_texts(request, len(body.texts))
    timing = RequestTiming()
    predictions = await in_time(request, predictor.predict(body.texts, timing))
    if body.source is not None:
        for prediction in predictions:
            count_mention(body.source, prediction)
    return _json(request, PredictBatchResponse(predictions=predictions), timing)


@router.get("/models", responses=error_responses(401, 429))
async def models(request: Request) -> list[ModelDescription]:
    """The models that answer, with decision threshold and band of doubt."""
    models: ServedModels = request.app.state.models
    default = _settings(request).default_model
    return [models.champion(family).describe(default=family == default) for family in models]


@router.post("/models", responses=error_responses(400, 401, 413, 415, 429))
async def list_models(request: Request, body: ModelsRequest) -> list[ModelDescription]:
    """The same by POST, the only method of BentoML's clients."""
    return await models(request)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _family(request: Request, family: str | None) -> str:
    """The family of a request, by default the default; a family that is not served is a 400."""
    models: ServedModels = request.app.state.models
    if family is None:
        family = _settings(request).default_model
    if family not in models:
        reason = f"Value error, choose one of {', '.join(models)}"
        raise RequestValidationError([{"loc": ("body", "model"), "msg": reason}])
    return family


def answering_predictor(request: Request, family: str) -> Predictor:
    """The family's predictor for the client of a request: the champion or the challenger."""
    models: ServedModels = request.app.state.models
    comparison: Comparison = request.app.state.comparison
    split = comparison.split
    if split and split.family == family and split.answers(client_identity(request.scope)):
        return split.challenger
    return models.champion(family)


async def in_time(request: Request, answer: Awaitable[Answer]) -> Answer:
    """The predictor's answer; 503 if the queue is full or no runner answers, 504 if it is late.

    Raises ``ClientDisconnect`` if the client leaves. Its texts leave the queue.
    """
    timeout_s = _settings(request).timeout_s
    try:
        return await peer_of(request.scope).wait_for(answer, timeout_s)
    except QueueFullError as error:
        raise ApiError(
            HTTPStatus.SERVICE_UNAVAILABLE, "too many texts are waiting, try again"
        ) from error
    except ScorerUnavailableError as error:
        logger.error("the runner of %s does not answer: %s", error, type(error.__cause__).__name__)
        raise ApiError(
            HTTPStatus.SERVICE_UNAVAILABLE, "the model does not answer now, try again"
        ) from error
    except TimeoutError as error:
        raise ApiError(HTTPStatus.GATEWAY_TIMEOUT, f"no answer within {timeout_s:g} s") from error


def _json(request: Request, answer: BaseModel, timing: RequestTiming) -> Response:
    response = Response(answer.model_dump_json(), media_type="application/json")
    return add_timing(response, request, timing)


def add_timing(response: Response, request: Request, timing: RequestTiming) -> Response:
    """The response, with the header ``Server-Timing`` if the request prefers it."""
    preferences = request.headers.get("Prefer", "").lower().split(",")
    if _PREFERENCE in map(str.strip, preferences):
        response.headers["Server-Timing"] = timing.server_timing()
        response.headers["Preference-Applied"] = _PREFERENCE
    return response
