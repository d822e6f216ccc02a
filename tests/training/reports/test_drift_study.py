"""The drift study and the report, on the embedded tweets and a store of invented feedback."""

import base64
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from models.artifacts.folder import CalibratedScorer
from models.artifacts.manifest import Manifest
from models.artifacts.store import Champion
from models.baseline.family import Baseline
from models.confidence.calibration import Calibration
from models.confidence.decision import Decision
from models.drift.reference import FEATURES, Reference
from training.data.selection import EMBEDDED, load_sided_splits
from training.data.splits import Splits
from training.errors import DataError, TrainingError
from training.reports.drift_report import compare_feedback, drift_report
from training.reports.drift_study import (
    draw,
    drift_table,
    fit_with_reference,
    measure_drift,
    write_study,
)
from training.reports.kept_feedback import KeptFeedback, read_kept_feedback

MARKED = (
    "before\n<!-- drift: written by python -m training drift shift -->\nold\n"
    "<!-- end of drift -->\nafter\n"
)


@pytest.fixture(scope="module")
def splits() -> Splits:
    return load_sided_splits(EMBEDDED, None, None, 7)


@pytest.fixture(scope="module")
def model(splits: Splits) -> tuple[CalibratedScorer, Reference]:
    return fit_with_reference(Baseline(), splits, 7)


def shouted(texts: list[str]) -> list[str]:
    return [f"#FAIL #{text.upper()} {text[::-1]} \U0001f621\U0001f621\U0001f621" for text in texts]


def test_tweets_of_the_same_kind_do_not_drift(
    model: tuple[CalibratedScorer, Reference], splits: Splits
) -> None:
    drifts = measure_drift(*model, draw("same kind", splits.test.texts, 500, 7))
    assert {name: drift.psi for name, drift in drifts.items() if drift.psi >= 0.2} == {}


def test_other_tweets_drift(model: tuple[CalibratedScorer, Reference], splits: Splits) -> None:
    drifts = measure_drift(*model, draw("shouted", shouted(splits.test.texts), 500, 7))
    for feature in ("length", "unknown_words", "emojis", "hashtags"):
        assert drifts[feature].psi > 0.2
        assert drifts[feature].p_value < 1e-6


def test_tweets_that_were_trained_on_would_be_no_reference(
    model: tuple[CalibratedScorer, Reference], splits: Splits
) -> None:
    trained_on = measure_drift(*model, draw("trained on", splits.train.texts, 2500, 7))
    held_out = measure_drift(*model, draw("held out", splits.test.texts, 500, 7))
    for feature in ("unknown_words", "probability"):
        assert trained_on[feature].p_value < 1e-3 < held_out[feature].p_value
        assert trained_on[feature].psi > held_out[feature].psi


def test_too_few_tweets_are_refused() -> None:
    with pytest.raises(DataError, match="3 airline tweets are wanted, there are 1"):
        draw("airline tweets", ["one"], 3, 7)


def test_the_table_goes_between_the_markers(
    model: tuple[CalibratedScorer, Reference], splits: Splits, tmp_path: Path
) -> None:
    table = drift_table(
        {"same kind": measure_drift(*model, draw("same kind", splits.test.texts, 200, 7))}
    )
    assert [line.split("|")[1].strip() for line in table.splitlines()[2:]] == [
        name.replace("_", " ") for name in FEATURES
    ]
    document = tmp_path / "drift.md"
    document.write_text(MARKED)
    write_study(document, table)
    write_study(document, table)
    content = document.read_text()
    assert content.startswith("before\n<!-- drift")
    assert content.endswith("<!-- end of drift -->\nafter\n")
    assert content.count(table) == 1
    assert "old" not in content


def test_a_document_without_markers_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "drift.md").write_text("nothing")
    with pytest.raises(TrainingError, match="needs one line"):
        write_study(tmp_path / "drift.md", "table")
    assert (tmp_path / "drift.md").read_text() == "nothing"


@pytest.fixture
def database(splits: Splits, tmp_path: Path) -> str:
    """A store with 300 kept texts of the baseline, 250 of its version v2, and rows to leave out."""
    url = f"sqlite:///{tmp_path / 'feedback.db'}"
    rows = [
        {
            "text": None if number >= 300 else tweet,
            "model": "baseline",
            "version": "v2" if number < 250 else "v1",
            "probability": number / 400,
            "recorded_at": datetime(2026, 5, 1 + number % 9, tzinfo=UTC).isoformat(" "),
        }
        for number, tweet in enumerate(shouted(splits.test.texts)[:400])
    ]
    rows += [{**row, "model": "lstm", "text": "of another model"} for row in rows[:20]]
    with create_engine(url).begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE feedback (text TEXT, model TEXT, version TEXT, probability FLOAT, "
                "recorded_at DATETIME)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO feedback VALUES (:text, :model, :version, :probability, :recorded_at)"
            ),
            rows,
        )
    return url


def champion(version: str) -> Champion:
    manifest = Manifest(
        family="baseline",
        checkpoint="tfidf",
        calibration=Calibration(1.0, (0.0, 0.0, 0.0)),
        decision=Decision(0.5, 0.4, 0.6, 0.9, 0.5),
        languages=("en",),
        files={},
    )
    return Champion("baseline", version, "run", "", Path(), manifest)


def test_kept_texts_of_the_model_are_read_oldest_first(database: str) -> None:
    kept = read_kept_feedback(database, "baseline")
    assert len(kept) == 300
    assert kept.recorded == sorted(kept.recorded)
    assert kept.versions.count("v2") == 250


def test_the_report_shows_figures_and_pictures_and_no_text(
    database: str, model: tuple[CalibratedScorer, Reference]
) -> None:
    kept = read_kept_feedback(database, "baseline")
    section = compare_feedback(champion("v2"), model[1], kept)
    page = drift_report([section], {"lstm": "<v1>"})
    counted = {feature.name: sum(feature.counts) for feature in section.features}
    assert counted == {**dict.fromkeys(FEATURES, 300), "probability": 250}
    for feature in section.features:
        assert f"<td>{feature.drift.psi:.3f}" in page
    assert page.count("<td>shifted") >= 4
    assert "300 kept texts, 2026-05-01 to 2026-05-09, 250 of them scored by this version" in page
    assert "Version &lt;v1&gt; keeps no reference" in page
    assert not any(tweet in page for tweet in kept.texts)
    (picture,) = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    # Nothing is loaded from anywhere.
    assert re.findall(r'(?:src|href)="(?!data:)', page) == []
    assert "http" not in page


def test_a_report_of_few_texts_says_so(model: tuple[CalibratedScorer, Reference]) -> None:
    kept = KeptFeedback(["late again"], ["v1"], [0.2], [datetime(2026, 5, 1, tzinfo=UTC)])
    section = compare_feedback(champion("v2"), model[1], kept)
    page = drift_report([section], {})
    assert "Fewer than 200 texts" in page
    assert [feature.name for feature in section.features] == list(FEATURES[:-1])


def test_a_report_without_texts_says_so(model: tuple[CalibratedScorer, Reference]) -> None:
    section = compare_feedback(champion("v2"), model[1], KeptFeedback([], [], [], []))
    assert "No text was kept" in drift_report([section], {})


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite:////nowhere/feedback.db", "there is no feedback store at /nowhere/feedback.db"),
        ("not an address", "cannot be read"),
    ],
)
def test_a_store_that_cannot_be_read_is_one_line(url: str, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        read_kept_feedback(url, "baseline")


def test_a_store_without_the_table_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(DataError, match="no such table: feedback"):
        read_kept_feedback(f"sqlite:///{tmp_path / 'empty.db'}", "baseline")
