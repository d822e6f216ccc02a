import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.testclient import TestClient

from serving.http.errors import install_error_handlers

JSON = {"Content-Type": "application/json"}


class Message(BaseModel):
    text: str


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    install_error_handlers(app)

    @app.post("/echo")
    def echo(message: Message) -> Message:
        return message

    return TestClient(app)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"text": "G\xe9nial"}', "not UTF-8"),
        (b"\x1f\x8b\x08\x00", "a compressed body needs the header Content-Encoding"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"text": ' + b"1" * 5000 + b"}", "too many digits"),
    ],
)
def test_the_fault_of_a_body_is_named(client: TestClient, body: bytes, error: str) -> None:
    answer = client.post("/echo", content=body, headers=JSON)
    assert answer.status_code == 400
    assert error in answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{'text': 'x'}", "Expecting property name enclosed in double quotes"),
        (b'{"text": "G\\xe9nial"}', "JSON decode error: Invalid \\escape"),
        (b'{"text": "planted\nplanted"}', "JSON decode error: Invalid control character at"),
    ],
)
def test_the_fault_of_json_is_named(client: TestClient, body: bytes, reason: str) -> None:
    answer = client.post("/echo", content=body, headers=JSON)
    assert answer.status_code == 400
    assert reason in answer.json()["detail"][0]["msg"]
    assert "planted" not in answer.text
