"""``/predict``, ``/predict_batch`` and ``/models``."""

import asyncio
import logging
from collections.abc import Awaitable
from http import HTTPStatus
from typing import TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from serving.http.errors import ApiError
from serving.http.openapi import error_responses
from serving.prediction.batching import QueueFullError
from serving.prediction.predictor import Predictor
from serving.prediction.scoring import ScorerUnavailableError
from serving.prediction.timing import Stages
from serving.schemas import (
    ModelDescription,
    PredictBase,
    PredictBatchBase,
    PredictBatchResponse,
    Prediction,
    predict_requests,
)
from serving.settings import Settings

# RFC 7240: a client that asks for it is told where the time of its request went.
_PREFERENCE = "server-timing"

Predicted = TypeVar("Predicted")

logger = logging.getLogger("bentoml.sentiment")


def create_router(settings: Settings) -> APIRouter:
    """The routes, with request schemas that list the models served."""
    router = APIRouter()
    predict_schema, predict_batch_schema = predict_requests(settings.models)

    async def predict(request: Request, body: PredictBase) -> Response:
        """The sentiment of one tweet."""
        predictor: Predictor = request.app.state.predictor
        stages = Stages()
        predicted = (
            predictor.explain(body.text, body.model, stages)
            if body.explain
            else predictor.predict_one(body.text, body.model, stages)
        )
        prediction = await _in_time(predicted, settings.timeout_s)
        return _answer(request, prediction, stages)

    async def predict_batch(request: Request, body: PredictBatchBase) -> Response:
        """The sentiment of up to 256 tweets, answered in their order."""
        predictor: Predictor = request.app.state.predictor
        stages = Stages()
        predicted = predictor.predict(body.texts, body.model, stages)
        predictions = await _in_time(predicted, settings.timeout_s)
        return _answer(request, PredictBatchResponse(predictions=predictions), stages)

    # FastAPI reads a handler's schema from its annotations: these know the served models.
    predict.__annotations__["body"] = predict_schema
    predict_batch.__annotations__["body"] = predict_batch_schema
    errors = error_responses(400, 413, 415, 503, 504)
    router.post("/predict", response_model=Prediction, responses=errors)(predict)
    router.post("/predict_batch", response_model=PredictBatchResponse, responses=errors)(
        predict_batch
    )
    router.get("/models")(models)
    return router


async def models(request: Request) -> list[ModelDescription]:
    """The models that answer, with decision threshold and band of doubt."""
    predictor: Predictor = request.app.state.predictor
    return predictor.describe_models()


def _answer(request: Request, answer: BaseModel, stages: Stages) -> Response:
    """The answer as JSON, with the header ``Server-Timing`` where the request prefers one."""
    response = Response(answer.model_dump_json(), media_type="application/json")
    preferences = request.headers.get("Prefer", "").lower().split(",")
    if _PREFERENCE in map(str.strip, preferences):
        response.headers["Server-Timing"] = stages.server_timing()
        response.headers["Preference-Applied"] = _PREFERENCE
    return response


async def _in_time(predicted: Awaitable[Predicted], timeout_s: float) -> Predicted:
    """What the predictor answers, or the error that a client is told of."""
    try:
        async with asyncio.timeout(timeout_s):
            return await predicted
    except QueueFullError as error:
        raise ApiError(
            HTTPStatus.SERVICE_UNAVAILABLE, "too many texts are waiting, try again"
        ) from error
    except ScorerUnavailableError as error:
        logger.error("the runner of %s failed: %s", error, type(error.__cause__).__name__)
        raise ApiError(
            HTTPStatus.SERVICE_UNAVAILABLE, "the model does not answer now, try again"
        ) from error
    except TimeoutError as error:
        raise ApiError(HTTPStatus.GATEWAY_TIMEOUT, f"no answer within {timeout_s:g} s") from error
