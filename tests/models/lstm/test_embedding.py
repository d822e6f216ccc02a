import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from models.arrays import FloatArray
from models.lstm import embedding as module
from models.lstm.embedding import Embedding, read_embedding
from models.lstm.vectors import read_packaged_vectors
from models.lstm.vocabulary import FIRST_WORD, encode

TWEETS = [
    ["the", "crew", "was", "lovely"],
    ["the", "crew", "qwxz", "qwxz"],
    ["zxwq", "qwxz", "<user>"],
]
FILE = {
    "the": [1.0, 2.0],
    "seat": [3.0, 4.0],
    "user": [5.0, 6.0],
    "lovely": [7.0, 8.0],
    "late": [9.0, 10.0],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "glove.6B.2d.txt"
    path.write_text("".join(f"{word} {x} {y}\n" for word, (x, y) in FILE.items()))
    return path


def vector(embedding: Embedding, word: str) -> FloatArray:
    (row,) = encode([word], embedding.words, max_tokens=1)
    found: FloatArray = embedding.vectors[row]
    return found


def is_parallel(found: FloatArray, expected: Sequence[float] | FloatArray) -> bool:
    """Whether ``found`` is ``expected``, scaled to a root mean square of 0.3."""
    direction = np.array(expected) / np.sqrt(np.mean(np.square(expected)))
    return bool(np.allclose(found, 0.3 * direction, atol=1e-5))


@pytest.mark.parametrize("tuned", [False, True])
def test_padding_and_unknown_words_come_first_and_are_zero(file: Path, tuned: bool) -> None:
    embedding = read_embedding(str(file), TWEETS, tuned, seed=7)
    assert embedding.vectors.dtype == np.float32
    assert not embedding.vectors[:FIRST_WORD].any()
    assert min(embedding.words.values()) == FIRST_WORD
    assert max(embedding.words.values()) == len(embedding.vectors) - 1


def test_frozen_packaged_vectors_include_words_that_no_tweet_holds() -> None:
    rows, vectors = read_packaged_vectors()
    embedding = read_embedding("packaged", TWEETS, tuned=False, seed=7)
    assert embedding.name == "spacy-md"
    assert embedding.words.keys() == rows.keys()
    assert is_parallel(vector(embedding, "luggage"), vectors[rows["luggage"]])


def test_tuned_packaged_vectors_have_one_row_for_each_word_of_the_tweets() -> None:
    rows, vectors = read_packaged_vectors()
    tweets = [*TWEETS, ["haha", "lol"]]
    assert rows["haha"] == rows["lol"]
    embedding = read_embedding("packaged", tweets, tuned=True, seed=7)
    assert embedding.words["haha"] != embedding.words["lol"]
    assert is_parallel(vector(embedding, "lol"), vectors[rows["lol"]])
    assert "luggage" not in embedding.words


def test_a_frozen_file_keeps_frequent_words_and_words_of_the_tweets(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FREQUENT_WORDS", 2)
    embedding = read_embedding(str(file), TWEETS, tuned=False, seed=7)
    assert embedding.words.keys() == {"the", "seat", "lovely", "<user>"}
    for word, expected in (("seat", "seat"), ("lovely", "lovely"), ("<user>", "user")):
        assert is_parallel(vector(embedding, word), FILE[expected])


def test_a_tuned_file_keeps_words_of_the_tweets_and_adds_repeated_ones_as_zeros(file: Path) -> None:
    embedding = read_embedding(str(file), TWEETS, tuned=True, seed=7)
    # Two tweets hold crew and qwxz, one holds was and zxwq; none of these is in the file.
    assert embedding.words.keys() == {"the", "crew", "lovely", "qwxz", "<user>"}
    assert is_parallel(vector(embedding, "the"), FILE["the"])
    assert is_parallel(vector(embedding, "<user>"), FILE["user"])
    assert vector(embedding, "qwxz").tolist() == [0, 0]


def test_word2vec_has_vectors_of_repeated_words_alone() -> None:
    embedding = read_embedding("word2vec", TWEETS * 2, tuned=False, seed=7)
    assert embedding.name == "word2vec"
    assert embedding.words.keys() == {"the", "crew", "qwxz"}
    assert embedding.vectors.shape == (FIRST_WORD + 3, 300)


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("glove.6B.2d.txt", "glove.6B"),
        ("glove.6B.2d.txt.gz", "glove.6B"),
        ("wiki-news-300d.vec", "wiki-news-300d"),
        ("own.txt", "own"),
    ],
)
def test_a_file_gives_the_embedding_its_name(
    file: Path, tmp_path: Path, file_name: str, name: str
) -> None:
    content = file.read_bytes()
    path = tmp_path / file_name
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    assert read_embedding(str(path), TWEETS, tuned=False, seed=7).name == name
