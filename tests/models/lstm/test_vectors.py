import gzip
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors

from models.lstm.vectors import WordVectors, read_packaged_vectors, read_vectors_file

WORDS = ["the", "Crew", "lovely", "crew", "<user>"]
VECTORS = np.random.default_rng(3).normal(size=(len(WORDS), 6)).astype(np.float32)


@pytest.fixture(scope="module")
def packaged() -> WordVectors:
    return read_packaged_vectors()


def test_the_packaged_vectors_have_20000_rows_of_300_dimensions(packaged: WordVectors) -> None:
    rows, vectors = packaged
    assert vectors.shape == (20_000, 300)
    assert vectors.dtype == np.float32
    assert set(rows.values()) <= set(range(20_000))


def test_the_packaged_vectors_include_words_about_airlines(packaged: WordVectors) -> None:
    rows, _ = packaged
    known = [
        "good",
        "bad",
        "not",
        "flight",
        "airline",
        "crew",
        "seat",
        "luggage",
        "delay",
        "cancel",
        "love",
        "hate",
        "user",
        "url",
        # Other tokens of the normalisations.
        "!",
        "?",
        "...",
        "'m",
        "smile",
        "frown",
    ]
    assert set(known) <= rows.keys()
    assert "qzxvkj" not in rows


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("good", "great", "tuesday"),
        ("flight", "airline", "banana"),
        ("angry", "upset", "window"),
        # The hash reads eight bytes at a time: words of fewer, of eight and of more bytes.
        ("luggage", "suitcase", "democracy"),
        ("disappointed", "frustrated", "refrigerator"),
    ],
)
def test_similar_words_have_similar_vectors(
    packaged: WordVectors, word: str, near: str, far: str
) -> None:
    # A wrong hash would give a word the vector of another one.
    rows, vectors = packaged

    def cosine(one: str, other: str) -> float:
        a, b = vectors[rows[one]], vectors[rows[other]]
        return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))

    assert cosine(word, near) > 0.4
    assert cosine(word, far) < 0.25


def write_vectors(path: Path) -> None:
    """Write the format of the name: word2vec (binary or text), or GloVe (no first line)."""
    vectors = KeyedVectors(VECTORS.shape[1])
    vectors.add_vectors(WORDS, VECTORS)
    vectors.save_word2vec_format(
        str(path), binary=".bin" in path.name, write_header="glove" not in path.name
    )


@pytest.mark.parametrize(
    "name",
    ["glove.txt", "glove.txt.gz", "own.vec", "own.txt", "own.vec.gz", "own.bin", "own.bin.gz"],
)
def test_a_file_is_read_with_lower_case_words(tmp_path: Path, name: str) -> None:
    write_vectors(tmp_path / name)
    rows, vectors = read_vectors_file(tmp_path / name)
    assert rows == {"the": 0, "crew": 1, "lovely": 2, "<user>": 4}
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, VECTORS, atol=1e-6)


def test_a_word_may_hold_spaces(tmp_path: Path) -> None:
    path = tmp_path / "glove.txt"
    path.write_text("the 1 2 3\n. . . 4 5 6\n")
    rows, vectors = read_vectors_file(path)
    assert rows == {"the": 0, ". . .": 1}
    assert vectors.tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("prose.txt", b"The crew was lovely.\n", "could not convert string to float: 'crew'"),
        ("one-word.txt", b"crew\n", "its first line has no numbers"),
        ("empty.vec", b"", "its first line has no numbers"),
        ("short.txt", b"the 1 2 3\ncrew 4 5\n", "line 2 has no 3 numbers"),
        ("short.vec", b"2 3\nthe 1 2 3\ncrew 4 5\n", "line 3 has no 3 numbers"),
        ("prose.bin", b"The crew was lovely.\n", "invalid literal"),
        ("cut.bin", b"2 3\nthe " + bytes(12) + b"crew " + bytes(5), "unexpected end of input"),
        ("plain.txt.gz", b"the 1 2 3\n", "Not a gzipped file"),
        ("cut.txt.gz", gzip.compress(b"the 1 2 3\n" * 99, mtime=0)[:-9], "ended before"),
    ],
)
def test_a_malformed_file_is_refused(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{name} is no file of word vectors.*{reason}"):
        read_vectors_file(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"there is no file .*nonesuch\.txt: the embedding is"):
        read_vectors_file(tmp_path / "nonesuch.txt")
