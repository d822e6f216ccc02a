import time
from itertools import count
from typing import Any

import httpx
import pytest

from models.registry import FAMILIES
from tests.support.api_errors import is_error
from tests.support.servers import Server, Service, StartServer
from tests.support.verdicts import database_of, wait_for_texts

TEXT = "Thanks @jane, mail me at jane@example.org"
_numbers = count(1)


def predict(client: httpx.Client, text: str | None = None) -> dict[str, Any]:
    """The prediction of a text, by default of a new one: verdicts on one text are bounded."""
    body = {"text": text or f"number {next(_numbers)} was fine"}
    prediction: dict[str, Any] = client.post("/predict", json=body).json()
    return prediction


def verdicts(service: Service, prediction: dict[str, Any], verdict: str) -> float:
    return service.total(
        "sentiment_feedback_total",
        model=prediction["model"]["name"],
        version=prediction["model"]["version"],
        predicted=prediction["label"],
        verdict=verdict,
    )


def test_a_verdict_is_recorded_and_counted(service: Service, client: httpx.Client) -> None:
    prediction = predict(client)
    wrong, correct = (verdicts(service, prediction, verdict) for verdict in ("wrong", "correct"))
    body = {"prediction_id": prediction["prediction_id"], "correct": False}
    response = client.post("/feedback", json=body)
    assert response.status_code == 200
    assert response.json()["status"] == "recorded"
    assert len(response.json()["feedback_id"]) == 32
    assert verdicts(service, prediction, "wrong") == wrong + 1
    assert verdicts(service, prediction, "correct") == correct


def test_every_verdict_of_a_served_model_is_counted_from_zero(service: Service) -> None:
    samples = service.samples("sentiment_feedback_total")
    assert len(samples) == len(FAMILIES) * 2 * 2
    info = service.samples("sentiment_model_info")
    assert {dict(labels)["model"] for labels in info} == set(FAMILIES)
    assert set(info.values()) == {1.0}


def test_a_second_verdict_is_a_409(service: Service, client: httpx.Client) -> None:
    prediction = predict(client)
    body = {"prediction_id": prediction["prediction_id"], "correct": True}
    assert client.post("/feedback", json=body).status_code == 200
    counted = verdicts(service, prediction, "wrong")
    assert is_error(client.post("/feedback", json={**body, "correct": False}), 409)
    assert verdicts(service, prediction, "wrong") == counted


def test_the_text_is_kept_only_with_consent_and_scrubbed(
    server: Server, client: httpx.Client
) -> None:
    for text in ({}, {"text": TEXT}, {"text": TEXT, "consent": True}):
        body = {"prediction_id": predict(client, TEXT)["prediction_id"], "correct": False, **text}
        assert client.post("/feedback", json=body).status_code == 200
    not_sent, without_consent, scrubbed = wait_for_texts(database_of(server), 1)[-3:]
    assert not_sent is without_consent is None
    assert scrubbed == "Thanks <user>, mail me at <email>"


def test_another_text_than_the_predicted_is_a_400(client: httpx.Client) -> None:
    body = {"prediction_id": predict(client)["prediction_id"], "correct": False, "text": "other"}
    assert is_error(client.post("/feedback", json=body), 400)


def test_a_forged_or_changed_id_is_a_404(client: httpx.Client) -> None:
    prediction_id = predict(client)["prediction_id"]
    changed = ("A" if prediction_id[0] != "A" else "B") + prediction_id[1:]
    for unknown in (changed, "anything"):
        body = {"prediction_id": unknown, "correct": False}
        assert is_error(client.post("/feedback", json=body), 404)


@pytest.mark.parametrize(
    "body", [{}, {"prediction_id": "x"}, {"prediction_id": "x", "correct": "yes"}]
)
def test_an_invalid_verdict_is_a_400(client: httpx.Client, body: object) -> None:
    assert is_error(client.post("/feedback", json=body), 400)


def test_an_expired_id_is_a_404(start_server: StartServer) -> None:
    # A signature's time has whole seconds: the id expires within two seconds.
    server = start_server(models="baseline", prediction_hours="0.0001")
    with server.client() as client:
        prediction_id = predict(client)["prediction_id"]
        time.sleep(2)
        body = {"prediction_id": prediction_id, "correct": False}
        assert is_error(client.post("/feedback", json=body), 404)
