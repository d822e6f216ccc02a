from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from serving.feedback.store import FeedbackStore
from serving.feedback.verdicts import DuplicateFeedbackError
from tests.serving.feedback.stored_verdicts import make_older, rows, verdict


def test_a_verdict_is_on_disk_when_recorded(database: Path, store: FeedbackStore) -> None:
    recorded = store.record(verdict("n1"))
    assert rows(database, "id, model, predicted, correct, text") == [
        (recorded.id, "lstm", "positive", 0, None)
    ]
    # The file alone has the verdict: the journal is empty, and there is no write-ahead log.
    sizes = {path.name: path.stat().st_size for path in database.parent.iterdir()}
    assert sizes == {"feedback.db": database.stat().st_size, "feedback.db-journal": 0}


def test_a_prediction_has_one_verdict(store: FeedbackStore) -> None:
    store.record(verdict("n1"))
    with pytest.raises(DuplicateFeedbackError):
        store.record(verdict("n1", correct=True))
    store.record(verdict("n2", correct=True))


def test_no_text_is_added_to_an_erased_verdict(database: Path, store: FeedbackStore) -> None:
    erased = store.record(verdict("n1")).id
    store.erase(erased)
    store.add_text(erased, "late")
    assert rows(database, "text") == []


def test_a_wrong_text_counts_once_in_six_minutes(database: Path, store: FeedbackStore) -> None:
    assert not store.record(verdict("n0", "text", correct=True)).is_new_wrong_text
    assert store.record(verdict("n1", "text")).is_new_wrong_text
    assert not store.record(verdict("n2", "text")).is_new_wrong_text
    assert store.record(verdict("n3", "another")).is_new_wrong_text
    make_older(database, timedelta(minutes=5, seconds=50))
    assert not store.record(verdict("n4", "another")).is_new_wrong_text
    make_older(database, timedelta(minutes=6))
    assert store.record(verdict("n5", "text")).is_new_wrong_text


def test_a_flood_is_erased_by_client_or_text_in_a_window(
    database: Path, store: FeedbackStore
) -> None:
    for number, (text, client) in enumerate([("a", "x"), ("b", "x"), ("a", "y"), ("c", "y")]):
        store.record(verdict(f"n{number}", text, client=client))
    now = datetime.now(UTC)
    window = (now - timedelta(hours=1), now + timedelta(hours=1))
    report = store.wrong_predictions(*window, model=None, limit=10)
    assert [(each.client, each.wrong, each.texts) for each in report.clients] == [
        *(("x", 2, 2), ("y", 2, 2))
    ]
    assert store.erase_flood(now - timedelta(hours=2), window[0], None, "x") == 0
    assert store.erase_flood(*window, "a", "y") == 1
    assert store.erase_flood(*window, None, "x") == 2
    assert store.erase_flood(*window, "c", None) == 1
    assert rows(database, "id") == []
    with pytest.raises(ValueError, match="a text or a client"):
        store.erase_flood(*window, None, None)
