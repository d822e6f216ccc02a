import time

import httpx
import pytest

PREFER = {"Prefer": "respond-async, Server-Timing"}


def stages(response: httpx.Response) -> dict[str, float]:
    parts = (part.split(";dur=") for part in response.headers["Server-Timing"].split(", "))
    return {name: float(milliseconds) for name, milliseconds in parts}


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("/predict", {"text": "on time"}),
        ("/predict", {"text": "on time", "explain": True}),
        ("/predict_batch", {"texts": ["on time " * 50] * 64}),
    ],
)
def test_a_request_that_prefers_it_gets_the_header_server_timing(
    client: httpx.Client, route: str, body: dict[str, object]
) -> None:
    began = time.perf_counter()
    response = client.post(route, json=body, headers=PREFER)
    passed_ms = (time.perf_counter() - began) * 1000
    assert response.headers["Preference-Applied"] == "server-timing"
    found = stages(response)
    assert found.keys() == {"queue", "tokenize", "infer", "respond"}
    assert all(milliseconds >= 0 for milliseconds in found.values())
    assert found["infer"] > 0
    assert sum(found.values()) <= passed_ms + 0.1


def test_other_requests_do_not_get_the_header(client: httpx.Client) -> None:
    response = client.post("/predict", json={"text": "on time"})
    assert "Server-Timing" not in response.headers
