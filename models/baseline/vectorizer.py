"""Features of texts: TF-IDF values, or counts, of n-grams of one kind."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.baseline.contributions import word_contributions
from models.baseline.ngrams import character_ngrams, count_character_ngrams, spans, word_ngrams

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Kind = Literal["words", "characters"]
Features = Literal["tf_idf", "counts"]

_NO_COLUMNS = np.array([], dtype=np.intp)
# The latest 20,000 short words hold most words of most tweets, in about 15 MiB. Only plain words,
# with punctuation around them, are cached: any other token may be somebody's address or number.
_CACHED_TOKENS = 20_000
_MAX_CACHED_LENGTH = 15
_PUNCTUATION = "<>#.,:;!?'\"()*-"


@dataclass(frozen=True)
class Occurrences:
    """The known n-grams of a text.

    ``columns``: arrays with the column of every occurrence, shape (any,), intp. Tokens share these
    arrays. ``unknown``: share of the text's words, or of its character n-grams, without a column.
    """

    columns: Sequence[NDArray[np.intp]]
    unknown: float


@dataclass(frozen=True)
class FeatureRows:
    """Sparse rows of features of ``texts`` texts.

    Each feature is given by its row and its column, both intp, and its value, float32, in arrays
    of shape (k,). The features are in the order of their rows.
    """

    texts: int
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    values: FloatArray

    def dot(self, coefficients: FloatArray) -> NDArray[np.float64]:
        """The product with ``coefficients``, shape (size, c): shape (texts, c), float64."""
        parts = self.values[:, np.newaxis] * coefficients[self.columns]
        sums = [np.bincount(self.rows, part, minlength=self.texts) for part in parts.T]
        return np.stack(sums, axis=1)


class NgramVectorizer:
    """Vectorizer of the n-grams of one kind.

    ``normalize`` turns a tweet into tokens separated by spaces. Word n-grams are runs of 1 to
    ``longest`` tokens. Character n-grams have 2 to ``longest`` characters and lie within a token.
    TF-IDF is sublinear (1 + ln of the count) and scaled to rows of length 1.
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
        self._cached_columns = self._new_cache()
        self._idf: FloatArray | None = None

    def fit_transform(self, texts: Iterable[str]) -> "csr_matrix":
        """Learn the vocabulary. Returns the features of the texts, shape (n, size), float32."""
        from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

        settings = {**self._limits, "analyzer": self._terms_of, "dtype": np.float32}
        vectorizer: Any = (
            TfidfVectorizer(sublinear_tf=True, **settings)
            if self._features == "tf_idf"
            else CountVectorizer(**settings)
        )
        features: csr_matrix = vectorizer.fit_transform(texts)
        self._vocabulary = vectorizer.vocabulary_
        self._cached_columns = self._new_cache()
        self._idf = getattr(vectorizer, "idf_", None)
        return features

    def restore(self, terms: Sequence[str], idf: FloatArray | None) -> None:
        """Take over the ``terms`` and ``idf`` of a fitted vectorizer."""
        self._vocabulary = {term: column for column, term in enumerate(terms)}
        self._cached_columns = self._new_cache()
        self._idf = idf

    def find(self, text: str) -> Occurrences:
        """The occurrences of the vocabulary's n-grams in a text."""
        tokens = self._normalize(text).split()
        if self.kind == "characters":
            # Tokens recur in many texts, so the columns of a token's n-grams are cached.
            columns = [self._columns_of_token(token) for token in tokens]
            ngrams = sum(count_character_ngrams(len(token), self._longest) for token in tokens)
            return Occurrences(columns, 1 - sum(map(len, columns)) / ngrams if ngrams else 1.0)
        unknown = sum(token not in self._vocabulary for token in tokens)
        return Occurrences(
            [_columns(self._vocabulary, word_ngrams(tokens, self._longest))],
            unknown / len(tokens) if tokens else 1.0,
        )

    def features(self, texts: Sequence[Occurrences]) -> FeatureRows:
        """The features of texts. The values are scikit-learn's, computed without it.

        The features of a text do not depend on the other texts.
        """
        lengths = [sum(map(len, text.columns)) for text in texts]
        arrays = [array for text in texts for array in text.columns]
        occurrences = np.repeat(np.arange(len(texts)) * self.size, lengths)
        occurrences += np.concatenate([_NO_COLUMNS, *arrays])
        distinct, counts = np.unique(occurrences, return_counts=True)
        rows, columns = np.divmod(distinct, max(self.size, 1))
        values = counts.astype(np.float32)
        if self._idf is not None:
            values = (1 + np.log(values)) * self._idf[columns]
            squares = np.bincount(rows, values * values, minlength=len(texts))
            values /= np.sqrt(squares, dtype=np.float32)[rows]
        return FeatureRows(len(texts), rows, columns, values)

    def word_contributions(
        self, words: Sequence[str], coefficients: FloatArray
    ) -> NDArray[np.float64]:
        """Contribution of each word to the product of the text's row with ``coefficients``.

        ``coefficients`` has shape (size,), the result shape (words,), float64.
        """
        tokens, word_of_token = [], []
        for index, word in enumerate(words):
            for token in self._normalize(word).split():
                tokens.append(token)
                word_of_token.append(index)
        column_of = self._vocabulary
        known = [(term, span) for term, span in self._occurrences(tokens) if term in column_of]
        columns = np.array([column_of[term] for term, _ in known], dtype=np.intp)
        row = self.features([Occurrences([columns], 0.0)])
        return word_contributions(
            len(words),
            [(column_of[term], word_of_token[span]) for term, span in known],
            dict(zip(row.columns, row.values * coefficients[row.columns], strict=True)),
        )

    @property
    def size(self) -> int:
        """Number of columns."""
        return len(self._vocabulary)

    @property
    def terms(self) -> list[str]:
        """The n-grams in the order of their columns."""
        return sorted(self._vocabulary, key=self._vocabulary.__getitem__)

    @property
    def idf(self) -> FloatArray | None:
        """Inverse document frequency of each term, shape (size,). None for counts."""
        return self._idf

    def _new_cache(self) -> Callable[[str], NDArray[np.intp]]:
        """The columns of a token's n-grams in the present vocabulary, with a cache.

        The cache does not refer to the vectorizer. Such a circle would keep the model in memory
        until a garbage collection, and the service excludes its first models from collections.
        """
        return lru_cache(_CACHED_TOKENS)(
            partial(_character_columns, self._vocabulary, self._longest)
        )

    def _columns_of_token(self, token: str) -> NDArray[np.intp]:
        word = token.lower()
        bare = word.strip(_PUNCTUATION).replace("'", "")
        if len(word) <= _MAX_CACHED_LENGTH and (bare.isalpha() or not bare):
            return self._cached_columns(word)
        return _character_columns(self._vocabulary, self._longest, word)

    def _terms_of(self, text: str) -> list[str]:
        tokens = self._normalize(text).split()
        if self.kind == "words":
            return word_ngrams(tokens, self._longest)
        return [term for token in tokens for term in character_ngrams(token, self._longest)]

    def _occurrences(self, tokens: Sequence[str]) -> list[tuple[str, slice]]:
        """Every occurrence of an n-gram, with the slice of its tokens."""
        if self.kind == "words":
            return [(" ".join(tokens[span]), span) for span in spans(len(tokens), self._longest)]
        return [
            (term, slice(index, index + 1))
            for index, token in enumerate(tokens)
            for term in character_ngrams(token, self._longest)
        ]


def _character_columns(vocabulary: Mapping[str, int], longest: int, token: str) -> NDArray[np.intp]:
    return _columns(vocabulary, character_ngrams(token, longest))


def _columns(vocabulary: Mapping[str, int], terms: Iterable[str]) -> NDArray[np.intp]:
    columns = map(vocabulary.get, terms)
    return np.array([column for column in columns if column is not None], dtype=np.intp)
