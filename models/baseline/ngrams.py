"""N-grams of one kind, of words or of characters, as features of a linear classifier."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.baseline.contributions import word_contributions

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Kind = Literal["words", "characters"]
Features = Literal["tf_idf", "counts"]

_NONE = np.array([], dtype=np.intp)
# Most words of most tweets are among the latest 20,000 short ones: about 15 MiB. What is no plain
# word may be a name, an address or a number of somebody's, and is not remembered.
_REMEMBERED_TOKENS = 20_000
_LONGEST_REMEMBERED = 15


@dataclass(frozen=True)
class Row:
    """A sparse row of features: ``columns``, shape (k,), and their ``values``, float32.

    ``unknown``: share of the text's tokens, or of their n-grams of characters, that have no column.
    """

    columns: NDArray[np.intp]
    values: FloatArray
    unknown: float

    def dot(self, coefficients: FloatArray) -> FloatArray:
        """The product with ``coefficients``, shape (size, c): shape (c,)."""
        product: FloatArray = self.values @ coefficients[self.columns]
        return product


class Ngrams:
    """Reads n-grams of one kind from texts that ``normalize`` made of tweets.

    Words are what spaces separate in the normalised text, which has the case that they shall have;
    n-grams of characters, from 2 to ``longest``, stay within a word. TF-IDF has rows of length 1
    and counts a repetition for its logarithm.
    """

    def __init__(
        self,
        kind: Kind,
        longest: int,
        normalize: Callable[[str], str],
        features: Features,
        min_df: int,
        max_features: int | None,
    ) -> None:
        self.kind = kind
        self._longest = longest
        self._normalize = normalize
        self._features = features
        self._limits = {"min_df": min_df, "max_features": max_features}
        self._vocabulary: dict[str, int] = {}
        self._remembered = self._remembering()
        self._idf: FloatArray | None = None

    def fit_transform(self, texts: Iterable[str]) -> "csr_matrix":
        """Learn which n-grams there are. Returns the features of the texts, (n, size), float32."""
        from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

        settings = {**self._limits, "analyzer": self._terms_of, "dtype": np.float32}
        vectorizer: Any = (
            TfidfVectorizer(sublinear_tf=True, **settings)
            if self._features == "tf_idf"
            else CountVectorizer(**settings)
        )
        found: csr_matrix = vectorizer.fit_transform(texts)
        self._vocabulary = vectorizer.vocabulary_
        self._remembered = self._remembering()
        self._idf = getattr(vectorizer, "idf_", None)
        return found

    def read(self, text: str) -> Row:
        """The features of one text: scikit-learn's values, without scikit-learn."""
        tokens = self._normalize(text).split()
        if self.kind == "characters":
            # Tokens come again and again in a language, and their n-grams with them.
            found = np.concatenate([_NONE, *map(self._columns_of, tokens)])
            ngrams = sum(_count_character_ngrams(token, self._longest) for token in tokens)
            return self._row(found, 1 - len(found) / ngrams if ngrams else 1.0)
        unknown = sum(token not in self._vocabulary for token in tokens)
        return self._row(
            self._columns(_word_ngrams(tokens, self._longest)),
            unknown / len(tokens) if tokens else 1.0,
        )

    def _remembering(self) -> Callable[[str], NDArray[np.intp]]:
        """``_character_columns`` of the present vocabulary, remembering the latest tokens."""
        return lru_cache(_REMEMBERED_TOKENS)(self._character_columns)

    def _columns_of(self, token: str) -> NDArray[np.intp]:
        if len(token) <= _LONGEST_REMEMBERED and token.isalpha():
            return self._remembered(token)
        return self._character_columns(token)

    def _character_columns(self, token: str) -> NDArray[np.intp]:
        return self._columns(_character_ngrams(token, self._longest))

    def _columns(self, terms: Iterable[str]) -> NDArray[np.intp]:
        vocabulary = self._vocabulary
        return np.array([vocabulary[term] for term in terms if term in vocabulary], dtype=np.intp)

    def _row(self, found: NDArray[np.intp], unknown: float = 0.0) -> Row:
        """``found`` has the column of each n-gram as often as it occurs."""
        columns, counts = np.unique(found, return_counts=True)
        values = counts.astype(np.float32)
        if self._idf is not None and len(columns):
            values = (1 + np.log(values)) * self._idf[columns]
            values /= np.sqrt(values @ values)
        return Row(columns, values, unknown)

    def word_contributions(
        self, words: Sequence[str], coefficients: FloatArray
    ) -> NDArray[np.float64]:
        """What each word adds to the product of the text's row with ``coefficients``, (size,)."""
        tokens, owners = [], []
        for index, word in enumerate(words):
            for token in self._normalize(word).split():
                tokens.append(token)
                owners.append(index)
        column_of = self._vocabulary
        found = [(term, read) for term, read in self._places(tokens) if term in column_of]
        row = self._row(np.array([column_of[term] for term, _ in found], dtype=np.intp))
        return word_contributions(
            len(words),
            [(column_of[term], owners[read]) for term, read in found],
            dict(zip(row.columns, row.values * coefficients[row.columns], strict=True)),
        )

    def _terms_of(self, text: str) -> list[str]:
        tokens = self._normalize(text).split()
        if self.kind == "words":
            return _word_ngrams(tokens, self._longest)
        return [term for token in tokens for term in _character_ngrams(token, self._longest)]

    def _places(self, tokens: Sequence[str]) -> list[tuple[str, slice]]:
        """Each n-gram as often as it occurs, and the tokens that it is read from."""
        if self.kind == "words":
            spans = _spans(len(tokens), self._longest)
            return [(" ".join(tokens[span]), span) for span in spans]
        return [
            (term, slice(index, index + 1))
            for index, token in enumerate(tokens)
            for term in _character_ngrams(token, self._longest)
        ]

    @property
    def size(self) -> int:
        return len(self._vocabulary)

    @property
    def terms(self) -> list[str]:
        """The n-grams in the order of their columns."""
        return sorted(self._vocabulary, key=self._vocabulary.__getitem__)

    @property
    def idf(self) -> FloatArray | None:
        """Inverse document frequency of each term, shape (size,); None where terms are counted."""
        return self._idf

    def restore(self, terms: Sequence[str], idf: FloatArray | None) -> None:
        """Become what ``terms`` and ``idf`` were read from."""
        self._vocabulary = {term: column for column, term in enumerate(terms)}
        self._remembered = self._remembering()
        self._idf = idf


def _word_ngrams(tokens: Sequence[str], longest: int) -> list[str]:
    return [" ".join(tokens[span]) for span in _spans(len(tokens), longest)]


def _spans(size: int, longest: int) -> list[slice]:
    """Every run of 1 to ``longest`` among ``size`` items."""
    return [
        slice(start, start + length)
        for length in range(1, longest + 1)
        for start in range(size - length + 1)
    ]


def _character_ngrams(token: str, longest: int) -> list[str]:
    """In lower case, with a space on both sides of the token."""
    padded = f" {token.lower()} "
    size = len(padded)
    return [
        padded[start : start + length]
        for length in range(2, min(longest, size) + 1)
        for start in range(size - length + 1)
    ]


def _count_character_ngrams(token: str, longest: int) -> int:
    size = len(token) + 2
    return sum(size - length + 1 for length in range(2, min(longest, size) + 1))
