"""The drift study on the embedded tweets."""

from pathlib import Path

import pytest

from models.artifacts.folder import CalibratedScorer
from models.drift.reference import FEATURES, Reference
from models.drift.statistics import LARGE
from tests.training.reports.conftest import shouted
from training.data.splits import Splits
from training.errors import DataError
from training.reports.drift_study import draw, drift_table, measure_drift, write_study


def test_tweets_of_the_same_kind_do_not_drift(
    model: tuple[CalibratedScorer, Reference], splits: Splits
) -> None:
    drifts = measure_drift(*model, draw("same kind", splits.test.texts, 500, 7))
    assert {name: drift.psi for name, drift in drifts.items() if drift.psi >= LARGE} == {}


def test_tweets_of_another_kind_drift(
    model: tuple[CalibratedScorer, Reference], splits: Splits
) -> None:
    drifts = measure_drift(*model, draw("shouted", shouted(splits.test.texts), 500, 7))
    for feature in ("length", "unknown_words", "emojis", "hashtags"):
        assert drifts[feature].psi > LARGE
        assert drifts[feature].p_value < 1e-6


def test_training_tweets_drift_from_held_out_tweets(
    model: tuple[CalibratedScorer, Reference], splits: Splits
) -> None:
    trained_on = measure_drift(*model, draw("trained on", splits.train.texts, 2500, 7))
    held_out = measure_drift(*model, draw("held out", splits.test.texts, 500, 7))
    for feature in ("unknown_words", "probability"):
        assert trained_on[feature].p_value < 1e-3 < held_out[feature].p_value
        assert trained_on[feature].psi > held_out[feature].psi


def test_too_few_tweets_are_refused() -> None:
    with pytest.raises(DataError, match="3 airline tweets are needed, there are 1"):
        draw("airline tweets", ["one"], 3, 7)


def test_the_table_has_a_row_for_each_feature_between_the_marking_lines(
    model: tuple[CalibratedScorer, Reference], splits: Splits, tmp_path: Path
) -> None:
    drifts = measure_drift(*model, draw("same kind", splits.test.texts, 200, 7))
    table = drift_table({"same kind": drifts})
    assert table.splitlines()[2:] == [
        f"| {name.replace('_', ' ')} | {drifts[name].psi:.3f} | {drifts[name].p_value:.2g} |"
        for name in FEATURES
    ]
    document = tmp_path / "drift.md"
    document.write_text(
        "before\n<!-- drift: written by python -m training drift shift -->\nold\n"
        "<!-- end of drift -->\nafter\n"
    )
    write_study(document, table)
    assert document.read_text() == (
        "before\n<!-- drift: written by python -m training drift shift -->\n\n"
        f"{table}\n\n<!-- end of drift -->\nafter\n"
    )
