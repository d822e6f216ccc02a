"""Messages of the Open Inference Protocol (V2), with their tensors as JSON or as binary data.

The protocol: https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol
The form of binary data: ``binary-tensor-data-extension`` below that address.
"""

import struct
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)

from serving.http.errors import ApiError, describe_invalid
from serving.schemas import MOST_TEXTS, RequestModel, Text

Datatype = Literal["BYTES", "FP64", "BOOL"]

_MOST_REASONS = 3
_LENGTH = struct.Struct("<I")
_LIMITS = {"minItems": 1, "maxItems": MOST_TEXTS}
_TEXT = TypeAdapter(Text).json_schema()
_COLUMN = {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 1}


def _flatten(data: object) -> object:
    """The n elements of a column of shape [n, 1]."""
    if not isinstance(data, list):
        return data
    return [row[0] if isinstance(row, list) and len(row) == 1 else row for row in data]


_Texts = Annotated[
    list[Text],
    Field(min_length=1, max_length=MOST_TEXTS),
    BeforeValidator(_flatten),
    WithJsonSchema({"type": "array", "items": {"anyOf": [_TEXT, _COLUMN]}, **_LIMITS}),
]
_TEXTS = TypeAdapter(_Texts, config=ConfigDict(hide_input_in_errors=True))
_Flag = Annotated[bool, Field(strict=True)]


class InputParameters(BaseModel):
    """Other parameters are ignored."""

    binary_data_size: Annotated[int, Field(ge=0, strict=True)] | None = None


class InputTensor(RequestModel):
    name: Literal["text"]
    shape: Annotated[
        list[Annotated[int, Field(ge=1, le=MOST_TEXTS, strict=True)]],
        Field(min_length=1, max_length=2, description="[n] or [n, 1] for n texts."),
    ]
    datatype: Literal["BYTES"]
    parameters: InputParameters = InputParameters()
    data: _Texts | None = Field(None, description="Absent if the texts follow as binary data.")


class OutputParameters(BaseModel):
    """Other parameters are ignored."""

    binary_data: _Flag | None = None


class RequestedOutput(RequestModel):
    name: Literal["label", "probability", "readers", "confident", "doubt", "prediction_id"]
    parameters: OutputParameters = OutputParameters()


class InferParameters(BaseModel):
    """Other parameters are ignored."""

    binary_data_output: _Flag = False


class InferRequest(RequestModel):
    id: Annotated[str, Field(max_length=1000, strict=True)] | None = None
    parameters: InferParameters = InferParameters()
    inputs: Annotated[list[InputTensor], Field(min_length=1, max_length=1)]
    outputs: Annotated[list[RequestedOutput], Field(max_length=16)] = Field(
        [], description="All outputs if the list is empty."
    )

    @property
    def texts(self) -> list[str]:
        return self.inputs[0].data or []

    def wants_binary(self, name: str) -> bool:
        """Whether the output ``name`` is to be binary data."""
        for output in self.outputs:
            if output.name == name and output.parameters.binary_data is not None:
                return output.parameters.binary_data
        return self.parameters.binary_data_output


class OutputTensor(BaseModel):
    name: str
    shape: list[int]
    datatype: Datatype
    parameters: dict[str, int] | None = None
    data: list[Any] | None = Field(None, description="Absent if the values are binary data.")


class InferResponse(BaseModel):
    model_config = ConfigDict(protected_namespaces=())

    model_name: str
    model_version: str
    id: str | None = None
    outputs: list[OutputTensor]


class TensorDescription(BaseModel):
    name: str
    datatype: Datatype
    shape: list[int] = Field(description="-1 stands for the number of texts.")


class ModelMetadata(BaseModel):
    name: str
    platform: str
    inputs: list[TensorDescription]
    outputs: list[TensorDescription]


class ServerMetadata(BaseModel):
    name: str
    version: str
    extensions: list[str]


class ServerLiveness(BaseModel):
    live: bool


class ServerReadiness(BaseModel):
    ready: bool


class ModelReadiness(BaseModel):
    name: str
    ready: bool


def read_request(body: bytes, json_length: str | None) -> InferRequest:
    """The request of a body, with its texts.

    ``json_length`` is the header ``Inference-Header-Content-Length``: the bytes of the JSON in
    front of the binary data; None for a body without binary data. Raises ``ApiError``.
    """
    binary = b""
    if json_length is not None:
        if not (json_length.isascii() and json_length.isdigit() and int(json_length) <= len(body)):
            raise _invalid("Inference-Header-Content-Length must be the bytes of the JSON")
        body, binary = body[: int(json_length)], body[int(json_length) :]
    try:
        request = InferRequest.model_validate_json(body)
        tensor = request.inputs[0]
        size = tensor.parameters.binary_data_size
        if (size or 0) != len(binary):
            raise _invalid(
                f"the body has {len(binary)} bytes of binary data, binary_data_size is {size or 0}"
            )
        if (tensor.data is None) is (size is None):
            raise _invalid("an input has either data or binary_data_size")
        if len(tensor.shape) == 2 and tensor.shape[1] != 1:
            raise _invalid("the shape of an input must be [n] or [n, 1]")
        if tensor.data is None:
            tensor.data = _TEXTS.validate_python(from_binary(binary, tensor.shape[0]))
    except ValidationError as error:
        raise _invalid(_reasons(error)) from error
    if len(tensor.data) != tensor.shape[0]:
        raise _invalid(f"the shape says {tensor.shape[0]} texts, data has {len(tensor.data)}")
    return request


def from_binary(binary: bytes, elements: int) -> list[str]:
    """The elements of a BYTES tensor, each after its length. Raises ``ApiError``."""
    texts, start = [], 0
    try:
        for _ in range(elements):
            (length,) = _LENGTH.unpack_from(binary, start)
            start += _LENGTH.size
            texts.append(binary[start : start + length].decode())
            start += length
    except struct.error:
        start = -1
    except UnicodeDecodeError as error:
        raise _invalid(f"text {len(texts)} is not UTF-8") from error
    if start != len(binary):
        raise _invalid(f"the binary data does not have {elements} texts, each after its length")
    return texts


def to_binary(datatype: Datatype, values: Sequence[Any]) -> bytes:
    """The values of a tensor as binary data: little-endian, without padding."""
    if datatype == "BYTES":
        elements = [str(value).encode() for value in values]
        return b"".join(_LENGTH.pack(len(element)) + element for element in elements)
    return np.asarray(values, "<f8" if datatype == "FP64" else np.bool_).tobytes()


def _invalid(reason: str) -> ApiError:
    return ApiError(HTTPStatus.BAD_REQUEST, reason)


def _reasons(error: ValidationError) -> str:
    """The first errors as one sentence: an error of the protocol has no details."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    described = map(describe_invalid, found[:_MOST_REASONS])
    return "; ".join(f"{_place(one['loc'])}: {one['msg']}" for one in described)


def _place(location: list[str]) -> str:
    if not location:
        return "body"
    # The location of a text that came as binary data is its number.
    return ".".join(location) if not location[0].isdigit() else f"text {location[0]}"
