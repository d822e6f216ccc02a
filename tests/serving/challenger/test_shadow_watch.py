"""The watch on a shadow, with verdicts and records in a real database."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, select, update

from serving.challenger.capped_test import PER_CLIENT
from serving.challenger.shadow_records import ShadowRecord, ShadowRecords
from serving.challenger.shadow_watch import ShadowWatch
from serving.feedback.database import feedback_table
from serving.feedback.store import FeedbackStore
from serving.feedback.threads import FeedbackThreads
from serving.feedback.verdicts import Feedback
from serving.prediction_ids import PredictionClaims


@pytest.fixture
def version() -> str:
    """A version of the challenger of this test only."""
    return f"v-{uuid4()}"


@pytest.fixture
def store(url: str) -> FeedbackStore:
    return FeedbackStore(url)


@pytest.fixture
def records(engine: Engine) -> ShadowRecords:
    return ShadowRecords(engine)


def judge(
    store: FeedbackStore,
    records: ShadowRecords,
    version: str,
    *,
    correct: bool,
    same: bool = False,
    client: str | None = None,
) -> str:
    """Record a verdict on a positive prediction of v1, and the challenger's label."""
    nonce = uuid4().hex
    claims = PredictionClaims(nonce, "baseline", "v1", "positive", 0.9, 17, nonce)
    store.record(Feedback(claims, correct, client or nonce))
    label = "positive" if same else "negative"
    records.add([ShadowRecord(nonce, "baseline", version, label, 0.2)])
    return nonce


def settle(engine: Engine) -> None:
    """Make all verdicts two minutes older."""
    columns = feedback_table.c
    with engine.begin() as connection:
        for verdict in connection.execute(select(columns.id, columns.recorded_at)).all():
            earlier = verdict.recorded_at - timedelta(minutes=2)
            changed = update(feedback_table).where(columns.id == verdict.id)
            connection.execute(changed.values(recorded_at=earlier))


def decision(records: ShadowRecords, version: str) -> float | None:
    watch = ShadowWatch(records, "baseline", version, lambda: "v1")
    asyncio.run(watch.look(FeedbackThreads(1, longest_wait_s=5)))
    labels = {"model": "baseline", "version": version}
    return REGISTRY.get_sample_value("sentiment_shadow_decision", labels)


@pytest.mark.parametrize(("correct", "expected"), [(True, -1), (False, 1)])
def test_the_model_that_is_wrong_where_the_labels_differ_is_worse(
    engine: Engine,
    store: FeedbackStore,
    records: ShadowRecords,
    version: str,
    correct: bool,
    expected: float,
) -> None:
    for _ in range(15):
        judge(store, records, version, correct=correct)
    assert decision(records, version) == 0, "recent verdicts may lack the challenger's record"
    settle(engine)
    assert decision(records, version) == expected


def test_equal_labels_decide_nothing(
    engine: Engine, store: FeedbackStore, records: ShadowRecords, version: str
) -> None:
    for _ in range(40):
        judge(store, records, version, correct=False, same=True)
    settle(engine)
    assert decision(records, version) == 0


def test_verdicts_on_another_challenger_decide_nothing(
    engine: Engine, store: FeedbackStore, records: ShadowRecords, version: str
) -> None:
    for _ in range(15):
        judge(store, records, "another", correct=True)
    settle(engine)
    assert decision(records, version) == 0


def test_the_first_verdicts_of_a_client_count(
    engine: Engine, store: FeedbackStore, records: ShadowRecords, version: str
) -> None:
    for number in range(PER_CLIENT):
        judge(store, records, version, correct=number % 2 == 0, client="one")
    for _ in range(30):
        judge(store, records, version, correct=True, client="one")
    settle(engine)
    assert decision(records, version) == 0


def test_a_record_with_a_verdict_outlives_the_others(
    store: FeedbackStore, records: ShadowRecords, version: str
) -> None:
    judged = judge(store, records, version, correct=True)
    records.add([ShadowRecord("unjudged", "baseline", version, "positive", 0.7)])
    assert records.erase_older_than(timedelta(hours=-1)) == 1
    assert set(records.find([judged, "unjudged"])) == {judged}
