import pytest

from load_tests.family_results import (
    BATCH,
    BATCH_ROUTE,
    NO_OP,
    SINGLE_ROUTE,
    FamilyResults,
    Target,
    loads_table,
    server_line,
    tweet_rates,
)
from load_tests.scorer_throughput import ScorerThroughput
from tests.support.load_results import load


@pytest.fixture
def results() -> FamilyResults:
    """Two rounds on two cores."""
    results = FamilyResults()
    results.loads.update(
        {
            Target("lstm", SINGLE_ROUTE, 32): [load(100, 10, 40), load(300, 30, 60, refused=4)],
            Target("lstm", BATCH_ROUTE, 4): [load(5), load(6)],
            Target(NO_OP, SINGLE_ROUTE, 32): [load(1000), load(1000)],
        }
    )
    results.throughputs["lstm"] = [
        [ScorerThroughput(1, 2, 1, 300, 1), ScorerThroughput(2, 1, 1, 500, 1)],
        [ScorerThroughput(1, 2, 1, 400, 1), ScorerThroughput(2, 1, 1, 300, 1)],
    ]
    return results


def test_the_scorer_rate_is_the_median_of_each_rounds_best(results: FamilyResults) -> None:
    assert results.scorer_rate("lstm") == 450


def test_batches_count_as_their_tweets(results: FamilyResults) -> None:
    assert results.request_rate(Target("lstm", BATCH_ROUTE, 4)) == 5.5
    assert results.tweet_rate(Target("lstm", BATCH_ROUTE, 4)) == 5.5 * BATCH
    assert tweet_rates(results, ["lstm"], cores=2) == {
        "lstm": {"single": 200, "batch": 5.5 * BATCH}
    }


def test_shares_are_of_the_scorer_and_of_the_no_op(results: FamilyResults) -> None:
    assert loads_table(results).splitlines()[2:] == [
        "| lstm | /predict | 32 | 200 | 44% | 20% | 20.0 | 50.0 | 4 |",
        "| lstm | /predict_batch, 64 | 4 | 352 | 78% |  | 1.0 | 2.0 | 0 |",
        "| FastAPI no-op | /predict | 32 | 1000 |  | 100% | 1.0 | 2.0 | 0 |",
    ]


def test_the_server_line_has_medians_of_the_rounds(results: FamilyResults) -> None:
    results.first_answers_s += [8, 9]
    results.peaks_mib += [800, 900]
    results.after_bursts_ms += [7, 8]
    line = server_line(results, "lstm", cores=2)
    assert "first answer 8.5 s" in line
    assert "850 MiB" in line
    assert "p50 7.5 ms" in line
