import sqlite3
from pathlib import Path

import pytest

from serving.feedback.database import migrate
from serving.feedback.store import (
    DuplicateFeedbackError,
    Feedback,
    FeedbackStore,
    FeedbackStoreError,
)
from serving.prediction_ids import PredictionClaims


def claims(nonce: str) -> PredictionClaims:
    return PredictionClaims(nonce, "lstm", "v1", "positive", 0.9, 17, "hash")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "new" / "feedback.db"
    migrate(f"sqlite:///{path}")
    return path


def test_a_verdict_is_on_disk_when_recorded(database: Path) -> None:
    feedback_id = FeedbackStore(f"sqlite:///{database}").record(
        Feedback(claims("n1"), correct=False, text=None)
    )
    connection = sqlite3.connect(database)
    rows = connection.execute("SELECT id, model, predicted, correct, text FROM feedback").fetchall()
    connection.close()
    assert rows == [(feedback_id, "lstm", "positive", 0, None)]


def test_a_prediction_has_one_verdict(database: Path) -> None:
    store = FeedbackStore(f"sqlite:///{database}")
    store.record(Feedback(claims("n1"), correct=False, text=None))
    with pytest.raises(DuplicateFeedbackError):
        store.record(Feedback(claims("n1"), correct=True, text=None))
    store.record(Feedback(claims("n2"), correct=True, text=None))


def test_a_second_migration_keeps_the_feedback(database: Path) -> None:
    store = FeedbackStore(f"sqlite:///{database}")
    store.record(Feedback(claims("n1"), correct=False, text="kept"))
    migrate(f"sqlite:///{database}")
    with pytest.raises(DuplicateFeedbackError):
        store.record(Feedback(claims("n1"), correct=False, text=None))


def test_a_database_that_cannot_be_written_raises(tmp_path: Path) -> None:
    store = FeedbackStore(f"sqlite:///{tmp_path}/missing/feedback.db")
    with pytest.raises(FeedbackStoreError):
        store.record(Feedback(claims("n1"), correct=False, text=None))
