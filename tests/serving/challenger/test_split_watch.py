"""The watch on a split, with verdicts in a real database."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from serving.challenger.capped_test import CappedTest
from serving.challenger.client_split import ClientSplit
from serving.challenger.split_records import SplitRecords
from serving.challenger.split_watch import SplitWatch
from serving.feedback.store import FeedbackStore
from serving.feedback.threads import FeedbackThreads
from serving.feedback.verdicts import Feedback
from serving.prediction_ids import PredictionClaims

_numbers = count()


@pytest.fixture
def store(url: str) -> FeedbackStore:
    return FeedbackStore(url)


def judge(store: FeedbackStore, version: str, *, correct: bool, client: str | None = None) -> str:
    """Record a verdict, by default of a new client."""
    number = next(_numbers)
    claims = PredictionClaims(f"n{number}", "baseline", version, "positive", 0.9, 17, f"h{number}")
    return store.record(Feedback(claims, correct, client or f"client {number}")).id


def look(split: ClientSplit, engine: Engine, champion: str = "v1") -> SplitWatch:
    watch = SplitWatch(split, SplitRecords(engine), lambda: champion)
    look_again(watch)
    return watch


def look_again(watch: SplitWatch) -> None:
    asyncio.run(watch.look(FeedbackThreads(1, longest_wait_s=5)))


def test_a_worse_challenger_is_rolled_back_in_every_worker_and_after_a_restart(
    new_split: Callable[..., ClientSplit],
    store: FeedbackStore,
    engine: Engine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    splits = [new_split(), new_split()]
    assert not splits[0].enabled  # before the first look
    watches = [look(split, engine) for split in splits]
    assert all(split.enabled for split in splits)
    for _ in range(20):
        judge(store, "v1", correct=True)
        judge(store, "v2", correct=False)
    with caplog.at_level(logging.ERROR):
        for watch in watches:
            look_again(watch)
    assert not any(split.enabled for split in splits)
    assert caplog.text.count("is worse than the champion v1") == 1
    # The decision does not depend on the verdicts any more.
    assert store.erase_older_than(timedelta(0)) == 40
    restarted = new_split()
    look(restarted, engine)
    assert not restarted.enabled


def test_a_better_challenger_keeps_its_share_and_is_reported_once(
    new_split: Callable[..., ClientSplit],
    store: FeedbackStore,
    engine: Engine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    split = new_split()
    watch = look(split, engine)
    for _ in range(20):
        judge(store, "v1", correct=False)
        judge(store, "v2", correct=True)
    with caplog.at_level(logging.INFO):
        look_again(watch)
        look_again(watch)
    assert split.enabled
    assert caplog.text.count("is better than the champion v1") == 1


def test_a_new_champion_begins_a_new_comparison(
    new_split: Callable[..., ClientSplit], store: FeedbackStore, engine: Engine
) -> None:
    split, champions = new_split(), ["v1"]
    watch = SplitWatch(split, SplitRecords(engine), lambda: champions[-1])
    look_again(watch)
    for _ in range(20):
        judge(store, "v1", correct=True)
        judge(store, "v2", correct=False)
    look_again(watch)
    assert not split.enabled
    champions.append("v3")
    look_again(watch)
    assert split.enabled
    for _ in range(20):
        judge(store, "v3", correct=True)
        judge(store, "v2", correct=True)
    look_again(watch)
    assert split.enabled


def test_verdicts_before_the_split_and_on_other_versions_do_not_count(
    new_split: Callable[..., ClientSplit], store: FeedbackStore, engine: Engine
) -> None:
    for _ in range(20):
        judge(store, "v1", correct=True)
        judge(store, "v2", correct=False)
    split = new_split()
    watch = look(split, engine)
    for _ in range(20):
        judge(store, "v1", correct=True)
        judge(store, "v0", correct=False)
    look_again(watch)
    assert split.enabled


def pairs_until_worse() -> int:
    """Pairs of a correct champion and a wrong challenger that make the challenger worse."""
    test, pairs = CappedTest(), 0
    while test.decision == "continue":
        test.add(f"champion {pairs}", challenger=False, wrong=False)
        test.add(f"challenger {pairs}", challenger=True, wrong=True)
        pairs += 1
    return pairs


def test_an_erased_verdict_leaves_the_comparison(
    new_split: Callable[..., ClientSplit], store: FeedbackStore, engine: Engine
) -> None:
    split = new_split()
    watch = look(split, engine)
    ids = []
    for _ in range(pairs_until_worse() - 1):
        judge(store, "v1", correct=True)
        ids.append(judge(store, "v2", correct=False))
    look_again(watch)
    for feedback_id in ids:
        store.erase(feedback_id)
    for _ in range(3):
        judge(store, "v1", correct=True)
        judge(store, "v2", correct=False)
    look_again(watch)
    assert split.enabled


def test_a_lost_database_leaves_the_split_as_it_is(
    new_split: Callable[..., ClientSplit], engine: Engine, tmp_path: Path
) -> None:
    split = new_split()
    watch = look(split, engine)
    (tmp_path / "feedback.db").unlink()
    look_again(watch)
    assert split.enabled
