"""N-grams of one kind, of words or of characters, as features of a linear classifier."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.contributions import word_contributions
from models.scorer import FloatArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Kind = Literal["words", "characters"]
Features = Literal["tf_idf", "counts"]


@dataclass(frozen=True)
class Row:
    """A sparse row of features: ``columns``, shape (k,), and their ``values``, float32."""

    columns: NDArray[np.intp]
    values: FloatArray

    def dot(self, coefficients: FloatArray) -> float:
        return float(self.values @ coefficients[self.columns])


class Ngrams:
    """Reads n-grams of one kind from texts that ``normalize`` made of tweets.

    Words are what spaces separate in the normalised text; n-grams of characters, from 2 to
    ``longest``, stay within a word. TF-IDF has rows of length 1 and counts a repetition for its
    logarithm.
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
        from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

        self.kind = kind
        self._normalize = normalize
        settings: dict[str, Any] = {
            "min_df": min_df,
            "max_features": max_features,
            "dtype": np.float32,
        }
        if kind == "words":
            # The normalised text has the case that its words shall have.
            settings |= {"ngram_range": (1, longest), "token_pattern": r"\S+", "lowercase": False}
        else:
            settings |= {"ngram_range": (2, longest), "analyzer": "char_wb"}
        self._vectorizer: Any = (
            TfidfVectorizer(sublinear_tf=True, **settings)
            if features == "tf_idf"
            else CountVectorizer(**settings)
        )
        self._analyze: Callable[[str], list[str]] = self._vectorizer.build_analyzer()
        self._idf: FloatArray | None = None

    def fit_transform(self, texts: Iterable[str]) -> "csr_matrix":
        """Learn which n-grams there are. Returns the features of the texts, (n, size), float32."""
        found: csr_matrix = self._vectorizer.fit_transform(map(self._normalize, texts))
        self._idf = getattr(self._vectorizer, "idf_", None)
        return found

    def read(self, text: str) -> "Row":
        """The features of one text: scikit-learn's values, at a tenth of its fixed costs."""
        vocabulary = self._vectorizer.vocabulary_
        counts = Counter(self._analyze(self._normalize(text)))
        known = {vocabulary[term]: n for term, n in counts.items() if term in vocabulary}
        columns = np.fromiter(known.keys(), np.intp, len(known))
        values = np.fromiter(known.values(), np.float32, len(known))
        if self._idf is not None and known:
            values = (1 + np.log(values)) * self._idf[columns]
            values /= np.sqrt(values @ values)
        return Row(columns, values)

    def word_contributions(
        self, words: Sequence[str], coefficients: FloatArray
    ) -> NDArray[np.float64]:
        """What each word of a text adds to ``read(text).dot(coefficients)``, shape (n,)."""
        return word_contributions(words, self._vectorizer, self._normalize, coefficients)

    @property
    def size(self) -> int:
        return len(self._vectorizer.vocabulary_)

    @property
    def terms(self) -> list[str]:
        """The n-grams in the order of their columns."""
        vocabulary = self._vectorizer.vocabulary_
        return sorted(vocabulary, key=vocabulary.__getitem__)

    @property
    def idf(self) -> FloatArray | None:
        """Inverse document frequency of each term, shape (size,); None where terms are counted."""
        return self._idf

    def restore(self, terms: Sequence[str], idf: FloatArray | None) -> None:
        """Become what ``terms`` and ``idf`` were read from."""
        self._vectorizer.vocabulary_ = {term: column for column, term in enumerate(terms)}
        if idf is not None:
            self._vectorizer.idf_ = self._idf = idf
