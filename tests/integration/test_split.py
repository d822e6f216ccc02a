"""A challenger that answers half of the clients of a real server, until verdicts roll it back."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.challengers import VERSION, store_with_challenger
from tests.support.champions import Workplace
from tests.support.servers import Server, StartServer
from tests.support.waiting import wait_until

CLIENTS = [f"198.51.100.{number}" for number in range(1, 25)]
TEXT = "what a lovely crew"


@pytest.fixture(scope="module")
def split(
    trained: Workplace,
    start_module_server: StartServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Server:
    return start_module_server(
        store=store_with_challenger(trained, tmp_path_factory.mktemp("split")),
        models="baseline",
        runners="inline",
        split="baseline:challenger:50",
        trusted_proxies="127.0.0.1",
        # The same clients get the challenger in every run.
        secret_key="a secret that every run of this test has",
    )


@pytest.fixture(scope="module")
def connection(split: Server) -> Iterator[httpx.Client]:
    with split.client() as client:
        yield client


def post(connection: httpx.Client, client: str, path: str, body: object) -> Any:
    response = connection.post(path, json=body, headers={"X-Forwarded-For": client})
    return response.raise_for_status().json()


def of_challenger(connection: httpx.Client) -> set[str]:
    """The clients whom the challenger answers."""
    return {
        client
        for client in CLIENTS
        if post(connection, client, "/predict", {"text": TEXT})["model"]["version"] == VERSION
    }


def version_in_id(prediction: dict[str, Any]) -> str:
    claims = urlsafe_b64decode(prediction["prediction_id"].partition(".")[0] + "==")
    return str(json.loads(claims)[2])


def test_about_half_of_the_clients_get_the_challenger_and_keep_it(
    connection: httpx.Client,
) -> None:
    clients = of_challenger(connection)
    assert len(CLIENTS) / 4 < len(clients) < len(CLIENTS) * 3 / 4
    assert of_challenger(connection) == clients


def test_every_route_answers_a_client_with_one_version(
    split: Server, connection: httpx.Client
) -> None:
    clients = of_challenger(connection)
    labels = {min(clients): "negative", min(set(CLIENTS) - clients): "positive"}
    (champion,) = connection.get("/models").json()
    tensor = {"name": "text", "shape": [1], "datatype": "BYTES", "data": [TEXT]}
    for client, label in labels.items():
        answers = [
            post(connection, client, "/predict", {"text": TEXT}),
            post(connection, client, "/predict", {"text": TEXT, "explain": True}),
            *post(connection, client, "/predict_batch", {"texts": [TEXT]})["predictions"],
        ]
        protocol = post(connection, client, "/v2/models/baseline/infer", {"inputs": [tensor]})
        version = VERSION if client in clients else champion["version"]
        assert {answer["label"] for answer in answers} == {label}
        assert {answer["model"]["version"] for answer in answers} == {version}
        assert {version_in_id(answer) for answer in answers} == {version}
        assert protocol["model_version"] == version
    assert split.total("sentiment_predictions_total", version=VERSION, label="negative") > 0
    assert split.total("sentiment_split_state", version=VERSION) == 1


def test_wrong_verdicts_of_many_clients_roll_the_challenger_back(
    split: Server, connection: httpx.Client
) -> None:
    clients = of_challenger(connection)
    for number in range(2):
        for client in CLIENTS:
            text = f"{TEXT} {client} {number}"
            prediction = post(connection, client, "/predict", {"text": text})
            body = {
                "prediction_id": prediction["prediction_id"],
                "correct": client not in clients,
            }
            post(connection, client, "/feedback", body)
    wait_until(lambda: split.total("sentiment_split_rollbacks_total", model="baseline") == 1)
    assert split.total("sentiment_split_state", version=VERSION) == 0
    assert of_challenger(connection) == set()
    assert "version challenger, is worse than the champion" in split.read_log()
