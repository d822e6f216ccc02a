import asyncio
from collections import Counter
from pathlib import Path

import httpx
from prometheus_client.mmap_dict import MmapedDict

from tests.support.servers import StartServer


def counted_predictions(file: Path) -> float:
    """Predictions that one process counted, by the file that it shares with the others."""
    values = MmapedDict.read_all_values_from_file(str(file))  # type: ignore[no-untyped-call]
    return float(sum(value for key, value, *_ in values if "sentiment_predictions_total" in key))


def test_the_counters_of_two_api_workers_add_up(start_server: StartServer) -> None:
    server = start_server(models="baseline", api_workers="2")

    async def scenario() -> list[dict[str, str]]:
        predictions = []
        for number in range(120):
            # A connection of its own each time, so that both workers get some.
            async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
                response = await client.post("/predict", json={"text": f"number {number}, great"})
                predictions.append(response.json())
        return predictions

    async def judge(ids: list[str]) -> list[int]:
        codes = []
        for prediction_id in ids:
            async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
                body = {"prediction_id": prediction_id, "correct": False}
                codes.append((await client.post("/feedback", json=body)).status_code)
        return codes

    predictions = asyncio.run(scenario())
    answered = [counted_predictions(file) for file in server.metrics_folder.glob("counter_*.db")]
    assert sum(count > 0 for count in answered) == 2
    labels = Counter(prediction["label"] for prediction in predictions)
    for label, count in labels.items():
        assert server.total("sentiment_predictions_total", label=label) == count
    assert server.total("sentiment_prediction_probability_count") == 120
    assert server.total("sentiment_inference_batch_size_sum") == 120
    assert server.total("sentiment_http_requests_total", route="/predict", code="200") == 120
    # What one worker predicted the other judges: the id is all that is needed.
    assert set(asyncio.run(judge([p["prediction_id"] for p in predictions[:40]]))) == {200}
    assert server.total("sentiment_feedback_total", verdict="wrong") == 40
