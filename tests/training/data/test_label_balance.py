import numpy as np
import pytest

from models.examples import NEUTRAL
from training.data.label_balance import check_labels, label_warnings
from training.data.sources import Tweets
from training.errors import DataError


def tweets(positive: int, negative: int, neutral: int = 0, users: int | None = None) -> Tweets:
    labels = np.array([1] * positive + [0] * negative + [NEUTRAL] * neutral, dtype=np.int8)
    rows = len(labels)
    named = [None if users is None else f"user {row % users}" for row in range(rows)]
    return Tweets([f"tweet {row}" for row in range(rows)], labels, named)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (tweets(180, 0), "all 180 labelled rows are positive, and a model needs negative rows"),
        (tweets(0, 180), "all 180 labelled rows are negative, and a model needs positive rows"),
        (tweets(90, 0, 90), "none of 180 labelled rows is negative"),
        (tweets(6, 6), r"6 of 12 rows are positive \(50 %\), too few to train"),
        (tweets(9, 180), r"9 of 189 rows are positive \(5 %\), too few to train"),
        (tweets(180, 180, users=1), "one user, user 0, has all 360 rows"),
    ],
)
def test_labels_that_do_not_suffice_are_named(data: Tweets, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        check_labels(data, "own.csv")
    assert str(caught.value).startswith("own.csv: ")


def test_a_user_with_nearly_all_rows_is_named() -> None:
    data = tweets(180, 180, users=1)
    data.users[0] = data.users[1] = data.users[200] = "someone else"
    with pytest.raises(DataError, match="user 0, has 357 of 360 rows"):
        check_labels(data, "own.csv")


@pytest.mark.parametrize("data", [tweets(20, 20), tweets(200, 3000), tweets(99, 99, users=30)])
def test_labels_that_suffice_pass(data: Tweets) -> None:
    check_labels(data, "own.csv")


def test_an_imbalance_and_few_rows_are_warnings() -> None:
    held_out = np.array([1, 1, 0], dtype=np.int8)
    imbalance, few = label_warnings(tweets(50, 950), held_out)
    assert imbalance.startswith("95 % of the rows that take a side are negative")
    assert imbalance.endswith("--sample 100")
    assert few.startswith("only 50 rows are positive: 2 of them, in the validation split")
    assert label_warnings(tweets(500, 500), held_out) == []
