import numpy as np
import pytest

from models.lstm.word2vec import train_word2vec

THEMES = ("crew", "storm")
GENERATOR = np.random.default_rng(3)
TWEETS = [
    [f"{theme}{number}" for number in GENERATOR.integers(0, 40, 8)]
    for theme in THEMES
    for _ in range(800)
]


def test_words_of_the_same_contexts_have_similar_vectors() -> None:
    rows, vectors = train_word2vec(TWEETS, seed=7)
    assert vectors.shape == (len(rows), 300)
    assert vectors.dtype == np.float32
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def cosine(one: str, other: str) -> float:
        return float(unit[rows[one]] @ unit[rows[other]])

    assert cosine("crew1", "crew2") > 0.9
    assert cosine("storm1", "storm2") > 0.9
    assert cosine("crew1", "storm2") < 0.5


def test_the_same_seed_gives_the_same_vectors() -> None:
    rows, vectors = train_word2vec(TWEETS, seed=7)
    again_rows, again = train_word2vec(TWEETS, seed=7)
    assert rows == again_rows
    np.testing.assert_array_equal(vectors, again)
    assert not np.array_equal(vectors, train_word2vec(TWEETS, seed=8)[1])


def test_rare_words_have_no_vector() -> None:
    rows, _ = train_word2vec([*TWEETS, ["qwxz", "qwxz"]], seed=7)
    assert "qwxz" not in rows


def test_too_few_tweets_are_refused() -> None:
    with pytest.raises(ValueError, match="no word occurs 3 times"):
        train_word2vec([["crew", "lovely"]], seed=7)
