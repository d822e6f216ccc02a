"""What each word of a text adds to a linear classifier's log-odds.

The features of a text are the TF-IDF values of its n-grams. An n-gram's part, its value times its
coefficient, is shared evenly by the places where it occurs, and there by the words that it was read
from. They can be told since normalisation reads each word by itself.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.scorer import FloatArray

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

Normalize = Callable[[str], str]


def word_contributions(
    words: Sequence[str],
    vectorizer: "TfidfVectorizer",
    normalize: Normalize,
    coefficients: FloatArray,
) -> NDArray[np.float64]:
    """The words' parts in ``features @ coefficients``, shape (n,), float64.

    ``vectorizer`` reads the normalised text by n-grams of words or by ``char_wb`` n-grams.
    """
    normalized = [normalize(word) for word in words]
    row = vectorizer.transform([" ".join(normalized)])
    part = dict(zip(row.indices, row.data * coefficients[row.indices], strict=True))
    read = _characters if vectorizer.analyzer == "char_wb" else _words
    places = [
        (vectorizer.vocabulary_[term], owners)
        for term, owners in read(normalized, vectorizer)
        if term in vectorizer.vocabulary_
    ]
    times = Counter(column for column, _ in places)
    contributions = np.zeros(len(words))
    for column, owners in places:
        share = part[column] / times[column] / len(owners)
        for owner in owners:
            contributions[owner] += share
    return contributions


def _words(
    normalized: Sequence[str], vectorizer: "TfidfVectorizer"
) -> Iterator[tuple[str, list[int]]]:
    """N-grams of words, each with the indices of the words it was read from."""
    tokens, owners = [], []
    for index, text in enumerate(normalized):
        for token in text.split():
            tokens.append(token)
            owners.append(index)
    shortest, longest = vectorizer.ngram_range
    for length in range(shortest, longest + 1):
        for start in range(len(tokens) - length + 1):
            end = start + length
            yield " ".join(tokens[start:end]), owners[start:end]


def _characters(
    normalized: Sequence[str], vectorizer: "TfidfVectorizer"
) -> Iterator[tuple[str, list[int]]]:
    """N-grams of characters, which never reach over a word's end."""
    analyze = vectorizer.build_analyzer()
    for index, text in enumerate(normalized):
        for term in analyze(text):
            yield term, [index]
