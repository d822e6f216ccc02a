from collections import Counter

import numpy as np
import pytest

from models.examples import Examples
from training.data.row_weights import weighted
from training.data.sources import Tweets
from training.errors import DataError

TEXTS = [f"tweet {row}" for row in range(400)]
TWEETS = Tweets(
    TEXTS,
    np.array([row % 2 for row in range(400)], dtype=np.int8),
    [None] * 400,
    None,
    ["forum" if row < 200 else "survey" for row in range(400)],
)
TRAIN = Examples(TEXTS[100:], TWEETS.labels[100:])


def copies(option: str) -> tuple[Counter[str], Counter[str]]:
    """Copies of the training texts of forum and survey."""
    texts = weighted(TRAIN, [TWEETS], option, 7).texts
    counts = Counter(texts)
    return (
        Counter({text: counts[text] for text in TEXTS[100:200]}),
        Counter({text: counts[text] for text in TEXTS[200:]}),
    )


def test_a_weight_is_the_number_of_copies_of_the_rows_of_its_source() -> None:
    forum, survey = copies("forum=0,survey=3")
    assert set(forum.values()) == {0}
    assert set(survey.values()) == {3}
    forum, survey = copies("2, survey=1")
    assert set(forum.values()) == {2}
    assert set(survey.values()) == {1}


def test_the_fraction_of_a_weight_copies_a_random_part() -> None:
    forum, survey = copies("forum=0.5")
    assert 30 < sum(forum.values()) < 70
    assert set(survey.values()) == {1}
    assert copies("forum=0.5") == (forum, survey)


@pytest.mark.parametrize("option", ["forum", "forum=x", "=2", "-1", "forum=nan", "", "forum=inf"])
def test_a_weight_that_is_no_number_is_refused(option: str) -> None:
    with pytest.raises(DataError, match="neither a number nor SOURCE=NUMBER"):
        weighted(TRAIN, [TWEETS], option, 7)


def test_the_weight_of_an_unknown_source_is_refused() -> None:
    with pytest.raises(DataError, match="'news', which no row has: the sources are forum, survey"):
        weighted(TRAIN, [TWEETS], "news=2", 7)
