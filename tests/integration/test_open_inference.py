from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.api_errors import is_error
from tests.support.servers import Server

INFER = "/v2/models/baseline/infer"


@pytest.fixture
def client(baseline_server: Server) -> Iterator[httpx.Client]:
    with baseline_server.client() as client:
        yield client


def message(texts: list[str], **fields: Any) -> dict[str, Any]:
    tensor = {"name": "text", "shape": [len(texts)], "datatype": "BYTES", "data": texts}
    return {"inputs": [tensor], **fields}


def outputs_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200
    return {output["name"]: output for output in answer.json()["outputs"]}


def test_the_metadata_describes_the_tensors_of_an_answer(client: httpx.Client) -> None:
    described = client.get("/v2/models/baseline").json()
    assert described["inputs"] == [{"name": "text", "datatype": "BYTES", "shape": [-1]}]
    outputs = outputs_of(client.post(INFER, json=message(["good", "bad", "late"])))
    assert list(outputs) == [output["name"] for output in described["outputs"]]
    for output in described["outputs"]:
        found = outputs[output["name"]]
        assert found["datatype"] == output["datatype"]
        assert found["shape"] == [3, *output["shape"][1:]]
        columns = 3 if len(found["shape"]) == 2 else 1
        assert len(found["data"]) == 3 * columns


def test_a_prediction_of_the_protocol_takes_feedback_and_is_counted(
    baseline_server: Server, client: httpx.Client
) -> None:
    def counted() -> tuple[float, float]:
        return (
            baseline_server.total("sentiment_predictions_total"),
            baseline_server.total("sentiment_http_requests_total", code="200", route=route),
        )

    route = "/v2/models/{family}/infer"
    predictions, requests = counted()
    outputs = outputs_of(client.post(INFER, json=message(["so late", "so good"])))
    assert counted() == (predictions + 2, requests + 1)
    identifier = outputs["prediction_id"]["data"][0]
    body = {"prediction_id": identifier, "correct": True, "text": "so late"}
    assert client.post("/feedback", json=body).status_code == 200


def test_the_outputs_come_in_the_order_of_the_request(client: httpx.Client) -> None:
    asked = [{"name": "readers"}, {"name": "label"}]
    answer = client.post(INFER, json=message(["so late"], outputs=asked, id="9"))
    assert list(outputs_of(answer)) == ["readers", "label"]
    assert answer.json()["id"] == "9"
    assert answer.json()["model_version"] == client.get("/models").json()[0]["version"]


@pytest.mark.parametrize("path", ["/v2/models/gpt", "/v2/models/gpt/ready"])
def test_an_unknown_model_is_a_404(client: httpx.Client, path: str) -> None:
    assert is_error(client.get(path), 404)


def test_too_many_texts_are_a_400(client: httpx.Client) -> None:
    assert client.post(INFER, json=message(["ok"] * 256)).status_code == 200
    assert is_error(client.post(INFER, json=message(["ok"] * 257)), 400)


def test_the_probes_of_the_protocol_answer_in_json(client: httpx.Client) -> None:
    for path, answer in (
        ("/v2/health/live", {"live": True}),
        ("/v2/health/ready", {"ready": True}),
        ("/v2/models/baseline/ready", {"name": "baseline", "ready": True}),
    ):
        assert client.get(path).json() == answer
        assert client.head(path).status_code == 200


def test_a_body_without_a_media_type_is_read(client: httpx.Client) -> None:
    body = client.build_request("POST", INFER, json=message(["good"]))
    del body.headers["Content-Type"]
    assert client.send(body).status_code == 200
