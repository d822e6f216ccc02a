"""The queue of the shadow, with the trained baseline as champion and as challenger."""

import asyncio
from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine

from models.artifacts.folder import load_model
from models.artifacts.manifest import read_manifest
from models.artifacts.store import StoredModel
from serving.challenger import shadow_traffic
from serving.challenger.shadow_records import ShadowRecords
from serving.challenger.shadow_traffic import MOST_TEXTS, ShadowTraffic
from serving.feedback.threads import FeedbackThreads
from serving.prediction.scoring import ScoredBatch, ScorerUnavailableError, score_on_loop
from serving.prediction.tweet import Tweet
from serving.prediction_ids import PredictionTokens, read_nonce
from serving.schemas import ModelReference, Prediction
from tests.support.champions import Workplace
from tests.support.waiting import wait_until


@pytest.fixture
def challenger(trained: Workplace) -> StoredModel:
    folder = trained.champion("baseline")
    return StoredModel("baseline", "v2", "run", "digest", folder, read_manifest(folder))


@pytest.fixture
def prediction() -> Callable[[str], Prediction]:
    """Makes the champion's prediction of a text."""
    tokens = PredictionTokens("secret", 3600)
    model = ModelReference(name="baseline", version="v1", checkpoint="c")

    def make(text: str) -> Prediction:
        return Prediction(
            prediction_id=tokens.sign(text, "baseline", "v1", "positive", 0.5),
            label="positive",
            probability=0.5,
            confident=False,
            doubt="band",
            readers=None,
            model=model,
        )

    return make


class LocalRunner:
    """Scores in this process. The challenger's process fails if ``fails``."""

    def __init__(self, challenger: StoredModel, *, fails: bool = False) -> None:
        manifest, scorer = load_model(challenger.folder, "onnx")
        self._score = score_on_loop(scorer, manifest.languages)
        self._fails = fails

    def is_alive(self) -> bool:
        return True

    async def score(self, version: str, tweets: list[Tweet]) -> ScoredBatch:
        if self._fails:
            raise ScorerUnavailableError("baseline")
        return await self._score(tweets)


def dropped() -> float:
    return REGISTRY.get_sample_value("sentiment_shadow_dropped_total", {"model": "baseline"}) or 0.0


def run_until(traffic: ShadowTraffic, condition: Callable[[], bool]) -> None:
    """Run the shadow in an event loop until ``condition`` is true."""

    async def run() -> None:
        running = asyncio.create_task(traffic.run(FeedbackThreads(1, longest_wait_s=5)))
        await asyncio.to_thread(wait_until, condition)
        running.cancel()

    asyncio.run(run())


@pytest.fixture(autouse=True)
def short_periods(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shadow_traffic, "PERIOD_S", 0.01)
    monkeypatch.setattr(shadow_traffic, "WRITE_PERIOD_S", 0.01)


def test_a_prediction_gets_a_record_of_the_challenger(
    engine: Engine, challenger: StoredModel, prediction: Callable[[str], Prediction]
) -> None:
    records = ShadowRecords(engine)
    traffic = ShadowTraffic(
        "v1", challenger, LocalRunner(challenger), records, is_busy=lambda: False
    )
    made = prediction("what a lovely crew")
    traffic.observe(["what a lovely crew"], [made])
    nonce = read_nonce(made.prediction_id)
    run_until(traffic, lambda: bool(records.find([nonce])))
    record = records.find([nonce])[nonce]
    assert (record.version, record.label) == ("v2", "positive")
    assert record.probability > 0.6


def test_a_full_queue_drops_predictions_while_the_worker_is_busy(
    engine: Engine, challenger: StoredModel, prediction: Callable[[str], Prediction]
) -> None:
    records, busy = ShadowRecords(engine), True
    traffic = ShadowTraffic(
        "v1", challenger, LocalRunner(challenger), records, is_busy=lambda: busy
    )
    before = dropped()
    made = [prediction("fine") for _ in range(MOST_TEXTS + 5)]
    first, last = (read_nonce(made[place].prediction_id) for place in (0, -1))
    asked = iter(range(5))
    traffic.observe(["fine"] * (MOST_TEXTS + 3), made[:-2])
    run_until(traffic, lambda: next(asked, None) is None)
    assert records.find([first]) == {}
    traffic.observe(["fine"] * 2, made[-2:])
    assert dropped() == before + 5
    busy = False
    run_until(traffic, lambda: bool(records.find([first])))
    assert records.find([last]) == {}


def test_no_text_waits_for_long_in_a_queue_that_is_not_scored(
    engine: Engine,
    challenger: StoredModel,
    prediction: Callable[[str], Prediction],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shadow_traffic, "LONGEST_WAIT_S", 0.05)
    traffic = ShadowTraffic(
        "v1", challenger, LocalRunner(challenger), ShadowRecords(engine), is_busy=lambda: True
    )
    before = dropped()
    traffic.observe(["fine"] * 3, [prediction("fine") for _ in range(3)])
    run_until(traffic, lambda: dropped() == before + 3)


def test_a_failure_of_the_challenger_drops_the_queue_alone(
    engine: Engine, challenger: StoredModel, prediction: Callable[[str], Prediction]
) -> None:
    failing = LocalRunner(challenger, fails=True)
    traffic = ShadowTraffic("v1", challenger, failing, ShadowRecords(engine), is_busy=lambda: False)
    before = dropped()
    traffic.observe(["fine"], [prediction("fine")])
    run_until(traffic, lambda: dropped() == before + 1)
    traffic.observe(["fine"], [prediction("fine")])
    run_until(traffic, lambda: dropped() == before + 2)
