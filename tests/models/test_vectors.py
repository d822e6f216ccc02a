import numpy as np
import pytest

from models.scorer import FloatArray
from models.vectors import read_packaged_vectors

Vectors = tuple[dict[str, int], FloatArray]


@pytest.fixture(scope="module")
def packaged() -> Vectors:
    return read_packaged_vectors()


def test_there_are_twenty_thousand_vectors_of_300_dimensions(packaged: Vectors) -> None:
    rows, vectors = packaged
    assert vectors.shape == (20_000, 300)
    assert vectors.dtype == np.float32
    assert set(rows.values()) <= set(range(20_000))


def test_the_words_of_an_airline_are_known(packaged: Vectors) -> None:
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
    ]
    assert set(known) <= rows.keys()
    assert "qzxvkj" not in rows


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("good", "great", "tuesday"),
        ("flight", "airline", "banana"),
        ("angry", "upset", "window"),
        # The hash reads eight bytes at a time: short, whole and long words take other ways.
        ("luggage", "suitcase", "democracy"),
        ("disappointed", "frustrated", "refrigerator"),
    ],
)
def test_a_word_is_nearer_to_its_like(packaged: Vectors, word: str, near: str, far: str) -> None:
    # A wrong hash would give words the vectors of others.
    rows, vectors = packaged

    def cosine(one: str, other: str) -> float:
        a, b = vectors[rows[one]], vectors[rows[other]]
        return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))

    assert cosine(word, near) > 0.4
    assert cosine(word, far) < 0.25
