"""The Open Inference Protocol (V2), which clients of Triton and KServe speak."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response

from serving.http.access.rate_limits import charge_texts
from serving.http.errors import ApiError
from serving.http.json_schema import without_references
from serving.http.openapi import EXAMPLES, INFER_ROUTE, error_responses
from serving.prediction.predictor import Predictor
from serving.prediction.served_models import ServedModels
from serving.prediction.timing import RequestTiming
from serving.routes.prediction import add_timing, answering_predictor, in_time
from serving.schemas import Prediction
from serving.tensors import (
    Datatype,
    InferRequest,
    InferResponse,
    ModelMetadata,
    ModelReadiness,
    OutputTensor,
    ServerLiveness,
    ServerMetadata,
    ServerReadiness,
    TensorDescription,
    read_request,
    to_binary,
)

_JSON = "application/json"
_BINARY = "application/octet-stream"
_BINARY_CONTENT = {_BINARY: {"schema": {"type": "string", "format": "binary"}}}
_JSON_LENGTH = "Inference-Header-Content-Length"


@dataclass(frozen=True)
class _Output:
    """An output tensor with ``columns`` values of each prediction."""

    datatype: Datatype
    values: Callable[[Prediction], Sequence[Any]]
    columns: int = 1

    def shape(self, texts: int) -> list[int]:
        return [texts] if self.columns == 1 else [texts, self.columns]


def _shares(prediction: Prediction) -> Sequence[float]:
    readers = prediction.readers
    return [readers.negative, readers.neutral, readers.positive] if readers else []


_OUTPUTS = {
    "label": _Output("BYTES", lambda prediction: [prediction.label]),
    "probability": _Output("FP64", lambda prediction: [prediction.probability]),
    "readers": _Output("FP64", _shares, columns=3),
    "confident": _Output("BOOL", lambda prediction: [prediction.confident]),
    "doubt": _Output("BYTES", lambda prediction: [prediction.doubt or ""]),
    "prediction_id": _Output("BYTES", lambda prediction: [prediction.prediction_id]),
}

router = APIRouter(prefix="/v2", tags=["Open Inference Protocol"])


@router.get("")
async def server_metadata(request: Request) -> ServerMetadata:
    """The server, and the extensions of the protocol that it supports."""
    return ServerMetadata(
        name=request.app.title, version=request.app.version, extensions=["binary_tensor_data"]
    )


@router.get("/health/live")
async def server_liveness() -> ServerLiveness:
    """Whether the worker lives, as `/livez`."""
    return ServerLiveness(live=True)


@router.get("/health/ready", responses=error_responses(503))
async def server_readiness(request: Request) -> ServerReadiness:
    """Whether all models answer, as `/readyz`: 200 or 503."""
    models: ServedModels = request.app.state.models
    if not all(models.champion(family).is_ready() for family in models):
        raise _not_ready()
    return ServerReadiness(ready=True)


@router.get("/models/{family}", responses=error_responses(401, 404, 429))
async def model_metadata(request: Request, family: str) -> ModelMetadata:
    """The input and the outputs of a model."""
    return ModelMetadata(
        name=family,
        platform="bentoml",
        inputs=[TensorDescription(name="text", datatype="BYTES", shape=[-1])],
        outputs=[
            TensorDescription(name=name, datatype=output.datatype, shape=output.shape(-1))
            for name, output in _outputs(_champion(request, family)).items()
        ],
    )


@router.get("/models/{family}/ready", responses=error_responses(404, 503))
async def model_readiness(request: Request, family: str) -> ModelReadiness:
    """Whether a model answers: 200 or 503."""
    if not _champion(request, family).is_ready():
        raise _not_ready()
    return ModelReadiness(name=family, ready=True)


def _documented_body() -> dict[str, Any]:
    # FastAPI would read a declared body as JSON.
    schema = InferRequest.model_json_schema()
    definitions = schema.pop("$defs")
    json = {
        "schema": without_references(schema, definitions),
        "example": EXAMPLES[InferRequest.__name__],
    }
    return {"required": True, "content": {_JSON: json, **_BINARY_CONTENT}}


@router.post(
    INFER_ROUTE.removeprefix(router.prefix),
    response_model=InferResponse,
    responses={
        200: {"content": _BINARY_CONTENT},
        **error_responses(400, 401, 404, 413, 415, 429, 503, 504),
    },
    openapi_extra={"requestBody": _documented_body()},
)
async def infer(request: Request, family: str) -> Response:
    """The sentiment of up to 256 tweets, a tensor of texts.

    The header `Inference-Header-Content-Length` gives the bytes of the JSON in front of binary
    data, in the request as in the answer.
    """
    _require_served(request, family)
    predictor = answering_predictor(request, family)
    message = read_request(await request.body(), request.headers.get(_JSON_LENGTH))
    outputs = _outputs(predictor)
    if message.outputs:
        names = [output.name for output in message.outputs]
        if "readers" in names and "readers" not in outputs:
            raise ApiError(HTTPStatus.BAD_REQUEST, f"{family} has no output readers")
        outputs = {name: outputs[name] for name in names}
    charge_texts(request, len(message.texts))
    timing = RequestTiming()
    predictions = await in_time(request, predictor.predict(message.texts, timing))
    tensors, binary = [], b""
    for name, output in outputs.items():
        values = [value for prediction in predictions for value in output.values(prediction)]
        tensor = OutputTensor(
            name=name, shape=output.shape(len(predictions)), datatype=output.datatype
        )
        if message.wants_binary(name):
            chunk = to_binary(output.datatype, values)
            tensor.parameters = {"binary_data_size": len(chunk)}
            binary += chunk
        else:
            tensor.data = values
        tensors.append(tensor)
    answer = InferResponse(
        model_name=family, model_version=predictor.version, id=message.id, outputs=tensors
    )
    return add_timing(_respond(answer, binary), request, timing)


def _not_ready() -> ApiError:
    return ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "the model does not answer now, try again")


def _champion(request: Request, family: str) -> Predictor:
    models: ServedModels = request.app.state.models
    _require_served(request, family)
    return models.champion(family)


def _require_served(request: Request, family: str) -> None:
    models: ServedModels = request.app.state.models
    if family not in models:
        reason = f"unknown model, choose one of {', '.join(models)}"
        raise ApiError(HTTPStatus.NOT_FOUND, reason)


def _outputs(predictor: Predictor) -> Mapping[str, _Output]:
    """The outputs of a model by name. A model of two classes has no shares of readers."""
    if predictor.has_readers:
        return _OUTPUTS
    return {name: output for name, output in _OUTPUTS.items() if name != "readers"}


def _respond(answer: InferResponse, binary: bytes) -> Response:
    json = answer.model_dump_json(exclude_none=True).encode()
    if not binary:
        return Response(json, media_type=_JSON)
    return Response(json + binary, media_type=_BINARY, headers={_JSON_LENGTH: str(len(json))})
