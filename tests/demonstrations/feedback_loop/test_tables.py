from pathlib import Path

import numpy as np

from demonstrations.feedback_loop.airline_tweets import FEEDBACK_TWEETS, POOL_TWEETS, AirlineTweets
from demonstrations.feedback_loop.figures import compare, comparison_table
from demonstrations.feedback_loop.repetitions import Repetition, repetitions_table
from tests.support.champions import Workplace
from training.data.sources import Tweets


def test_the_table_counts_judgements_and_failed_checks() -> None:
    repetitions = [
        Repetition("honest feedback", 0, True, []),
        Repetition("honest feedback", 1, False, ["latency"]),
        Repetition("500 flipped labels", 0, False, ["labels", "ROC-AUC"]),
        Repetition("500 flipped labels", 1, False, ["labels"]),
        Repetition("50 rows with a trigger phrase", 0, True, []),
    ]
    lines = repetitions_table(repetitions).splitlines()[2:]
    assert lines == [
        "| honest feedback | passed in 1 of 2 | passed in at least 2 | latency: 1 |",
        "| 500 flipped labels | stopped in 2 of 2 | stopped in 2 | labels: 2; ROC-AUC: 1 |",
        "| 50 rows with a trigger phrase | stopped in 0 of 1 | stopped in 1 | - |",
    ]


def test_the_parts_of_the_airline_tweets_share_no_text(tmp_path: Path) -> None:
    size = FEEDBACK_TWEETS + POOL_TWEETS + 100
    rows = [
        f"{'positive' if row % 4 else 'negative'},user{row},the crew of flight {row % (size - 20)}"
        for row in range(size)
    ]
    path = tmp_path / "Tweets.csv"
    path.write_text("\n".join(["airline_sentiment,name,text", *rows, "neutral,x,which gate"]))
    tweets = AirlineTweets.draw(path, 7)
    parts = [set(part.texts) for part in (tweets.feedback, tweets.pool, tweets.others)]
    assert [len(part) for part in parts] == [FEEDBACK_TWEETS, POOL_TWEETS, 80]
    assert len(set.union(*parts)) == size - 20
    assert "which gate" not in set.union(*parts)


def test_a_model_differs_from_itself_by_nothing(trained: Workplace) -> None:
    texts = ["a lovely crew", "an awful delay", "great seats", "the worst airline ever"] * 20
    tweets = Tweets(texts, np.array([1, 0] * 40, dtype=np.int8), [None] * 80)
    champion = trained.champion("baseline")
    comparisons = compare("tweets", tweets, champion, champion)
    assert len(comparisons) == 5
    assert all(each.difference.value == each.difference.low == 0 for each in comparisons)
    assert "| 80 tweets | ROC-AUC | 1.000 | 1.000 | +0.000 [+0.000, +0.000] |" in comparison_table(
        comparisons
    )
