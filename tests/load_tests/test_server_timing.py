import pytest

from load_tests.server_timing import stage_times, stages_table


def test_time_outside_of_the_stages_is_http() -> None:
    times = stage_times("queue;dur=0.25, tokenize;dur=1.50, infer;dur=5", total_ms=10)
    assert times == pytest.approx({"queue": 0.25, "tokenize": 1.5, "infer": 5, "HTTP": 3.25})


def test_the_table_has_the_medians_of_the_rounds() -> None:
    rounds = {"lstm": [{"queue": 1.0, "HTTP": 4.0}, {"queue": 2.0, "HTTP": 8.0}]}
    assert stages_table(rounds).splitlines() == [
        "| ms | queue | HTTP |",
        "| --- | --- | --- |",
        "| lstm | 1.50 | 6.00 |",
    ]
