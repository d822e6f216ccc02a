"""The report of kept feedback, on a store of invented feedback."""

import base64
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from models.artifacts.folder import CalibratedScorer
from models.artifacts.manifest import Manifest
from models.artifacts.store import StoredModel
from models.confidence.calibration import Calibration
from models.confidence.decision import Decision
from models.drift.reference import FEATURES, Reference
from models.drift.statistics import LARGE, NOTABLE
from tests.training.reports.conftest import shouted
from training.data.splits import Splits
from training.errors import DataError
from training.reports.drift_report import compare_feedback, drift_report
from training.reports.kept_feedback import KeptFeedback, read_kept_feedback


@pytest.fixture
def database(splits: Splits, tmp_path: Path) -> str:
    """A store with 300 kept texts of the baseline, of which 250 are of its version v2.

    It also has rows without a text and rows of another model.
    """
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


def champion(version: str) -> StoredModel:
    manifest = Manifest(
        family="baseline",
        checkpoint="tfidf",
        calibration=Calibration(1.0, (0.0, 0.0, 0.0)),
        decision=Decision(0.5, 0.4, 0.6, 0.9, 0.5),
        languages=("en",),
        files={},
    )
    return StoredModel("baseline", version, "run", "", Path(), manifest)


def test_kept_texts_of_the_model_are_read_in_order_of_time(database: str) -> None:
    kept = read_kept_feedback(database, "baseline")
    assert len(kept) == 300
    assert kept.recorded == sorted(kept.recorded)
    assert kept.versions.count("v2") == 250


def test_the_report_has_figures_and_a_picture_and_no_text(
    database: str, model: tuple[CalibratedScorer, Reference]
) -> None:
    kept = read_kept_feedback(database, "baseline")
    section = compare_feedback(champion("v2"), model[1], kept)
    page = drift_report([section], {"lstm": "<v1>"})
    counted = {feature.name: sum(feature.counts) for feature in section.features}
    assert counted == {**dict.fromkeys(FEATURES, 300), "probability": 250}
    for feature in section.features:
        assert f"<td>{feature.drift.psi:.3f}" in page
    verdicts = [
        "stable" if psi < NOTABLE else "moved a little" if psi < LARGE else "shifted"
        for psi in (feature.drift.psi for feature in section.features)
    ]
    assert re.findall(r"<td>(stable|moved a little|shifted)", page) == verdicts
    assert verdicts.count("shifted") >= 4
    assert f"below {NOTABLE:g} counts as stable, from {LARGE:g} on as shifted" in page
    assert "300 kept texts, 2026-05-01 to 2026-05-09, 250 of them scored by this version" in page
    assert "Version &lt;v1&gt; keeps no reference" in page
    assert not any(tweet in page for tweet in kept.texts)
    (picture,) = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    # The page loads no other file.
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
def test_an_unreadable_store_is_one_error_line(url: str, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        read_kept_feedback(url, "baseline")


def test_a_store_without_the_table_is_one_error_line(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(DataError, match="no such table: feedback"):
        read_kept_feedback(f"sqlite:///{tmp_path / 'empty.db'}", "baseline")
