"""``/predict``, ``/predict_batch`` and ``/models``."""

import asyncio
import logging
from collections.abc import Awaitable
from http import HTTPStatus
from typing import TypeVar

from fastapi import APIRouter, Request

from serving.batching import QueueFullError, ScorerUnavailableError
from serving.errors import ApiError
from serving.openapi import error_responses
from serving.predictor import Predictor
from serving.schemas import (
    ModelDescription,
    PredictBase,
    PredictBatchBase,
    PredictBatchResponse,
    Prediction,
    predict_requests,
)
from serving.settings import Settings

Predicted = TypeVar("Predicted")

logger = logging.getLogger("bentoml.sentiment")


def create_router(settings: Settings) -> APIRouter:
    """The routes, with request schemas that list the models served."""
    router = APIRouter()
    predict_schema, predict_batch_schema = predict_requests(settings.models)

    async def predict(request: Request, body: PredictBase) -> Prediction:
        """The sentiment of one tweet."""
        predictor: Predictor = request.app.state.predictor
        if body.explain:
            return await _in_time(predictor.explain(body.text, body.model), settings.timeout_s)
        (prediction,) = await _in_time(
            predictor.predict([body.text], body.model), settings.timeout_s
        )
        return prediction

    async def predict_batch(request: Request, body: PredictBatchBase) -> PredictBatchResponse:
        """The sentiment of up to 256 tweets, answered in their order."""
        predictor: Predictor = request.app.state.predictor
        predictions = await _in_time(predictor.predict(body.texts, body.model), settings.timeout_s)
        return PredictBatchResponse(predictions=predictions)

    # FastAPI reads a handler's schema from its annotations: these know the served models.
    predict.__annotations__["body"] = predict_schema
    predict_batch.__annotations__["body"] = predict_batch_schema
    errors = error_responses(400, 413, 415, 503, 504)
    router.post("/predict", responses=errors)(predict)
    router.post("/predict_batch", responses=errors)(predict_batch)
    router.get("/models")(models)
    return router


async def models(request: Request) -> list[ModelDescription]:
    """The models that answer, with decision threshold and band of doubt."""
    predictor: Predictor = request.app.state.predictor
    return predictor.describe_models()


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
