import asyncio
import logging
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from models.artifacts.manifest import Manifest
from models.artifacts.store import StoredModel
from models.confidence.calibration import Calibration
from models.confidence.decision import Decision
from models.drift.reference import FEATURES, Binner, Reference, fit_reference
from models.drift.statistics import compare
from serving.prediction.drift import LEAST, STRIDE, WINDOW, DriftWatch, Window, watch

WORDS = ("crew", "seat", "gate", "bag", "meal", "queue", "pilot", "lounge")
PLAIN = [
    f"the {WORDS[n % 8]} was {'late' if n % 3 else 'lovely'} {'so ' * (n % 9)}" for n in range(4000)
]
SHIFTED = [f"#WOW #{text.upper()} \U0001f621\U0001f621 {text} zzyx quux " for text in PLAIN]


def probabilities(texts: list[str]) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    return np.random.default_rng(len(texts)).random(len(texts)).astype(np.float32)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return fit_reference(PLAIN[:1000], PLAIN[:1000], probabilities(PLAIN[:1000]))


def score(model: str, feature: str, metric: str = "sentiment_drift_score") -> float | None:
    return REGISTRY.get_sample_value(metric, {"model": model, "feature": feature})


def record_one_by_one(drift_watch: DriftWatch, texts: list[str]) -> None:
    """Record each text as one request."""

    async def scenario() -> None:
        for text, probability in zip(texts, probabilities(texts), strict=True):
            drift_watch.record([text], np.array([probability]))
            await asyncio.sleep(0)

    asyncio.run(scenario())


ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=60)


@given(ROWS, st.integers(1, 20))
def test_the_window_counts_the_last_rows(rows: list[tuple[int, int]], size: int) -> None:
    window = Window([3, 4], size)
    for number, row in enumerate(rows, start=1):
        window.add(row)
        last = rows[max(0, number - size) : number]
        assert len(window) == len(last)
        assert window.counts == [
            [sum(row[feature] == place for row in last) for place in range(bins)]
            for feature, bins in enumerate((3, 4))
        ]


def test_every_score_is_exported_from_the_start(reference: Reference) -> None:
    DriftWatch("newborn", reference)
    for feature in FEATURES:
        assert score("newborn", feature) == 0
        assert score("newborn", feature, "sentiment_drift_p_value") == 1


def test_a_window_with_too_few_predictions_is_not_compared(reference: Reference) -> None:
    drift_watch = DriftWatch("few", reference)
    record_one_by_one(drift_watch, SHIFTED[: LEAST - 1])
    assert score("few", "length") == 0
    record_one_by_one(drift_watch, SHIFTED[LEAST - 1 : LEAST])
    assert score("few", "length", "sentiment_drift_p_value") == pytest.approx(0, abs=1e-6)
    assert (score("few", "length") or 0) > 0.2


def test_the_drift_of_the_latest_window_is_exported(reference: Reference) -> None:
    texts = SHIFTED[:700] + PLAIN[:WINDOW]
    drift_watch = DriftWatch("sliding", reference)
    record_one_by_one(drift_watch, texts)
    # The last of the 2,700 predictions triggers a comparison, as every hundredth does.
    last = texts[-WINDOW:]
    expected = compare(
        reference, Binner(reference).count(last, probabilities(texts)[-WINDOW:].tolist())
    )
    for feature in FEATURES:
        assert score("sliding", feature) == pytest.approx(expected[feature].psi)
        assert score("sliding", feature, "sentiment_drift_p_value") == pytest.approx(
            expected[feature].p_value
        )
        assert (score("sliding", feature) or 0) < 0.1


@pytest.mark.parametrize("feature", ["length", "unknown_words", "emojis", "hashtags"])
def test_other_texts_raise_the_score(reference: Reference, feature: str) -> None:
    record_one_by_one(DriftWatch("shifted", reference), SHIFTED[:300])
    assert (score("shifted", feature) or 0) > 0.2
    assert (score("shifted", "probability") or 0) < 0.2


def test_every_eighth_text_of_a_large_request_is_recorded(reference: Reference) -> None:
    drift_watch = DriftWatch("bulk", reference)

    async def scenario() -> None:
        texts = SHIFTED[:256]
        for _ in range(7):
            drift_watch.record(texts, probabilities(texts))
            await asyncio.sleep(0)

    asyncio.run(scenario())
    assert len(drift_watch._window) == 7 * 256 // STRIDE
    assert (score("bulk", "length") or 0) > 0.2


def test_a_model_without_a_reference_is_not_watched_and_logs_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = Manifest(
        family="baseline",
        checkpoint="old",
        calibration=Calibration(1.0, (0.0, 0.0, 0.0)),
        decision=Decision(0.5, 0.4, 0.6, 0.9, 0.5),
        languages=("en",),
        files={},
    )
    (tmp_path / "manifest.json").write_text(manifest.model_dump_json())
    champion = StoredModel("old", "v1", "run", "", tmp_path, manifest)
    with caplog.at_level(logging.WARNING, "bentoml.sentiment"):
        assert watch(champion) is None
    (record,) = caplog.records
    assert record.getMessage().startswith("old v1 keeps no reference of its training")
    assert score("old", "length") is None
