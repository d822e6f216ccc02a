"""Bounds on the verdicts of one text, and on the verdicts and stored texts of one client."""

from datetime import timedelta
from pathlib import Path

import pytest

from serving.feedback.bounds import FeedbackBoundError
from serving.feedback.store import FeedbackStore
from serving.feedback.verdicts import DuplicateFeedbackError
from tests.serving.feedback.stored_verdicts import make_older, rows, verdict


def test_the_verdicts_of_a_kind_on_one_text_are_bounded_in_a_day(
    database: Path, store: FeedbackStore
) -> None:
    for number in range(3):
        store.record(verdict(f"n{number}", "flooded"))
    with pytest.raises(FeedbackBoundError) as refused:
        store.record(verdict("n3", "flooded"))
    assert refused.value.bound == "text"
    assert 86_390 <= refused.value.retry_after_s <= 86_400
    store.record(verdict("n4", "flooded", correct=True))
    store.record(verdict("n5", "another"))
    assert len(rows(database, "id")) == 5
    make_older(database, timedelta(days=1))
    store.record(verdict("n3", "flooded"))


def test_a_second_verdict_beyond_the_bound_is_a_duplicate(store: FeedbackStore) -> None:
    for number in range(3):
        store.record(verdict(f"n{number}", "flooded"))
    with pytest.raises(DuplicateFeedbackError):
        store.record(verdict("n0", "flooded"))


def test_the_verdicts_of_a_client_are_bounded_in_an_hour(
    database: Path, store: FeedbackStore
) -> None:
    for number in range(4):
        store.record(verdict(f"n{number}", f"t{number}", client="one"))
    with pytest.raises(FeedbackBoundError) as refused:
        store.record(verdict("n4", "t4", client="one"))
    assert refused.value.bound == "client"
    assert 3590 <= refused.value.retry_after_s <= 3600
    store.record(verdict("n5", "t5", client="other"))
    store.record(verdict("n6", "t6", client=None))
    make_older(database, timedelta(hours=1))
    store.record(verdict("n4", "t4", client="one"))


def test_the_stored_texts_of_a_client_are_bounded_in_a_day(
    database: Path, store: FeedbackStore
) -> None:
    for number, client in enumerate(["one", "one", "one", "other"]):
        recorded = store.record(verdict(f"n{number}", f"t{number}", client=client))
        store.add_text(recorded.id, f"text {number}")
    assert rows(database, "text") == [("text 0",), ("text 1",), (None,), ("text 3",)]
