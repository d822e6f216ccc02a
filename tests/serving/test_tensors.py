import json
from http import HTTPStatus
from typing import Any

import pytest

from serving.http.errors import ApiError
from serving.tensors import from_binary, read_request, to_binary

TEXTS = ["Génial 😡", "so late"]


def body(**changes: Any) -> dict[str, Any]:
    tensor = {"name": "text", "shape": [2], "datatype": "BYTES", "data": TEXTS, **changes}
    return {"inputs": [{name: value for name, value in tensor.items() if value is not None}]}


def encoded(message: object) -> bytes:
    return json.dumps(message).encode()


def refusal(content: bytes, json_length: str | None = None) -> str:
    with pytest.raises(ApiError) as caught:
        read_request(content, json_length)
    assert caught.value.status == HTTPStatus.BAD_REQUEST
    return caught.value.error


@pytest.mark.parametrize(
    ("shape", "data"),
    [([2], TEXTS), ([2, 1], TEXTS), ([2, 1], [[text] for text in TEXTS])],
)
def test_the_texts_of_json_may_be_a_column(shape: list[int], data: object) -> None:
    assert read_request(encoded(body(shape=shape, data=data)), None).texts == TEXTS


def test_texts_are_read_from_binary_data() -> None:
    binary = to_binary("BYTES", TEXTS)
    head = encoded(body(data=None, parameters={"binary_data_size": len(binary)}))
    request = read_request(head + binary, str(len(head)))
    assert request.texts == TEXTS
    assert refusal(head + binary, str(len(head) + 1)).startswith("body: Invalid JSON")
    assert "bytes of binary data" in refusal(head + binary + b"x", str(len(head)))
    assert "Content-Length must be" in refusal(head + binary, "-1")
    assert "Content-Length must be" in refusal(head + binary, str(10**6))
    assert "Invalid JSON" in refusal(head + binary)


@pytest.mark.parametrize(
    ("binary", "reason"),
    [
        (b"\x01\0\0\0\xff\x01\0\0\0a", "text 0 is not UTF-8"),
        (b"\x01\0\0\0a", "does not have 2 texts"),
        (b"\x01\0\0\0a\xff\xff\xff\xffb", "does not have 2 texts"),
        (b"\x01\0\0\0a\x01\0\0\0bc", "does not have 2 texts"),
        (b"\x01\0\0\0a\0\0\0\0", "text 1: String should have at least 1 character"),
        (b"", "does not have 2 texts"),
    ],
)
def test_binary_data_that_is_not_the_texts_is_refused(binary: bytes, reason: str) -> None:
    head = encoded(body(data=None, parameters={"binary_data_size": len(binary)}))
    assert reason in refusal(head + binary, str(len(head)))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"data": ["one"]}, "the shape says 2 texts, data has 1"),
        ({"data": None}, "either data or binary_data_size"),
        ({"parameters": {"binary_data_size": 0}}, "either data or binary_data_size"),
        ({"shape": [1, 2]}, "must be [n] or [n, 1]"),
        ({"shape": [0], "data": []}, "inputs.0.shape.0: "),
        ({"datatype": "FP32", "data": [1.5]}, "inputs.0.datatype: Input should be 'BYTES'"),
        ({"name": "tweet"}, "inputs.0.name: Input should be 'text'"),
        ({"data": ["fine", "x" * 1001]}, "inputs.0.data.1: String should have at most 1000"),
        ({"data": ["fine", 7]}, "inputs.0.data.1: Input should be a valid string"),
    ],
)
def test_an_invalid_tensor_is_refused_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    assert reason in refusal(encoded(body(**changes)))


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 100_000, b"\xff", b'{"inputs": []}'])
def test_a_body_that_is_no_request_is_refused(content: bytes) -> None:
    assert refusal(content)


def test_parameters_of_other_servers_are_ignored() -> None:
    message = body() | {"id": "7", "parameters": {"priority": 3, "timeout": 100}}
    request = read_request(encoded(message), None)
    assert request.id == "7"
    assert not request.wants_binary("label")


def test_an_output_is_binary_if_it_or_the_request_asks() -> None:
    outputs = [{"name": "label", "parameters": {"binary_data": False}}, {"name": "doubt"}]
    message = body() | {"parameters": {"binary_data_output": True}, "outputs": outputs}
    request = read_request(encoded(message), None)
    assert not request.wants_binary("label")
    assert request.wants_binary("doubt")


def test_binary_data_has_the_form_of_the_protocol() -> None:
    assert to_binary("BYTES", ["é", ""]) == b"\x02\0\0\0\xc3\xa9\0\0\0\0"
    assert to_binary("BOOL", [True, False]) == b"\x01\0"
    assert to_binary("FP64", [0.5]) == b"\0\0\0\0\0\0\xe0?"
    assert from_binary(to_binary("BYTES", TEXTS), 2) == TEXTS
