"""Whether the labels of a data set suffice for a training: refusals and warnings."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from models.examples import NEGATIVE, POSITIVE
from training.data.sources import Tweets
from training.errors import DataError

LEAST_ROWS = 20
"""Rows of each label below which a training is refused: validation and test get three of them."""
_FEW_ROWS = 200
_LEAST_SHARE = 0.10
_WORDS = {POSITIVE: "positive", NEGATIVE: "negative"}


def check_labels(tweets: Tweets, place: str) -> None:
    """Raise ``DataError`` if a label is missing or rare, or one user has nearly all rows."""
    counts = {label: int((tweets.labels == label).sum()) for label in _WORDS}
    for label, other in ((POSITIVE, NEGATIVE), (NEGATIVE, POSITIVE)):
        if not counts[label]:
            rows = (
                f"all {len(tweets):,} labelled rows are {_WORDS[other]}"
                if counts[other] == len(tweets)
                else f"none of {len(tweets):,} labelled rows is {_WORDS[label]}"
            )
            raise DataError(
                f"{place}: {rows}, and a model needs {_WORDS[label]} rows too. Check the column "
                f"with --label-column, and name its values with --{_WORDS[label]}"
            )
    _check_users(tweets, place)
    rarer = min(counts, key=lambda label: counts[label])
    if counts[rarer] < LEAST_ROWS:
        percent = 100 * counts[rarer] / len(tweets)
        raise DataError(
            f"{place}: {counts[rarer]} of {len(tweets):,} rows are {_WORDS[rarer]} "
            f"({percent:.0f} %), too few to train and judge a model: each label needs "
            f"{LEAST_ROWS} rows at least, and several hundred for figures to trust"
        )


def label_warnings(tweets: Tweets, held_out: NDArray[np.int8]) -> list[str]:
    """Sentences about labels that are rare in the rows, or in the validation labels."""
    counts = {label: int((tweets.labels == label).sum()) for label in _WORDS}
    rarer = min(counts, key=lambda label: counts[label])
    other = POSITIVE if rarer == NEGATIVE else NEGATIVE
    total = sum(counts.values())
    found = []
    if counts[rarer] < _LEAST_SHARE * total:
        percent = 100 * counts[other] / total
        found.append(
            f"{percent:.0f} % of the rows that take a side are {_WORDS[other]}: a model that "
            f"always says {_WORDS[other]} has this accuracy. Compare models by precision, recall "
            f"and ROC-AUC, or draw a balanced sample with --sample {2 * counts[rarer]}"
        )
    if counts[rarer] < _FEW_ROWS:
        deciding = int((held_out == rarer).sum())
        found.append(
            f"only {counts[rarer]} rows are {_WORDS[rarer]}: {deciding} of them, in the validation "
            "split, decide the threshold, and the figures have wide intervals"
        )
    return found


def _check_users(tweets: Tweets, place: str) -> None:
    user, rows = Counter(tweets.users).most_common(1)[0]
    if user is None:
        return
    others = tweets.labels[np.array([name != user for name in tweets.users])]
    if min(int((others == label).sum()) for label in _WORDS) < 2:
        owned = f"all {rows:,}" if rows == len(tweets) else f"{rows:,} of {len(tweets):,}"
        raise DataError(
            f"{place}: one user, {user}, has {owned} rows. The rows of a user stay in one split, "
            "so that validation or test would lack a label. Add rows of other users, or empty the "
            "column of users if it does not name the writers"
        )
