"""Suspicious labels in the store, and a person's decisions about them."""

import sqlite3
from pathlib import Path

from serving.feedback.store import FeedbackStore
from tests.serving.feedback.stored_verdicts import rows, verdict


def suspect(database: Path, feedback_id: str, suspicion: float, text: str | None = "late") -> None:
    connection = sqlite3.connect(database)
    connection.execute(
        "UPDATE feedback SET suspicion = ?, text = ? WHERE id = ?", (suspicion, text, feedback_id)
    )
    connection.commit()
    connection.close()


def test_suspicious_labels_of_right_and_wrong_verdicts_are_listed_until_their_review(
    database: Path, store: FeedbackStore
) -> None:
    wrong = store.record(verdict("n1")).id
    right = store.record(verdict("n2", correct=True)).id
    store.record(verdict("n3"))
    without_text = store.record(verdict("n4", "another")).id
    suspect(database, wrong, 0.7)
    suspect(database, right, 0.9)
    suspect(database, without_text, 0.8, text=None)
    found = store.suspicious_labels(None, limit=10)
    assert found.amount == 2
    assert [(label.id, label.correct, label.suspicion) for label in found.most] == [
        (right, True, 0.9),
        (wrong, False, 0.7),
    ]
    assert [label.id for label in store.suspicious_labels("lstm", limit=1).most] == [right]
    assert store.suspicious_labels("baseline", limit=10).amount == 0

    assert store.review(right, "drop")
    assert not store.review("unknown", "keep")
    assert [label.id for label in store.suspicious_labels(None, limit=10).most] == [wrong]
    assert rows(database, "review") == [(None,), ("drop",), (None,), (None,)]
