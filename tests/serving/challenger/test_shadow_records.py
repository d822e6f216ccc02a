from datetime import timedelta

import pytest
from sqlalchemy import Engine

from serving.challenger.shadow_records import ShadowRecord, ShadowRecords
from serving.feedback.verdicts import FeedbackStoreError


def record(prediction: str) -> ShadowRecord:
    return ShadowRecord(prediction, "baseline", "v2", "positive", 0.75)


def test_records_are_found_by_the_nonce_of_the_prediction(engine: Engine) -> None:
    records = ShadowRecords(engine)
    records.add([record("a"), record("b")])
    assert records.find(["a", "unknown"]) == {"a": record("a")}


def test_the_oldest_records_beyond_the_bound_are_deleted(engine: Engine) -> None:
    records = ShadowRecords(engine, most=3)
    records.add([record(name) for name in "ab"])
    records.add([record(name) for name in "cde"])
    assert sorted(records.find(list("abcde"))) == ["c", "d", "e"]


def test_records_older_than_an_age_are_erased(engine: Engine) -> None:
    records = ShadowRecords(engine)
    records.add([record("a")])
    assert records.erase_older_than(timedelta(hours=1)) == 0
    assert records.erase_older_than(timedelta(hours=-1)) == 1
    assert records.find(["a"]) == {}


def test_a_failure_of_the_database_shows_no_value(engine: Engine) -> None:
    records = ShadowRecords(engine)
    records.add([record("planted")])
    with pytest.raises(FeedbackStoreError) as failed:
        records.add([record("planted")])
    assert "UNIQUE" in str(failed.value)
    assert "planted" not in str(failed.value)
