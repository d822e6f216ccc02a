"""N-grams of one kind, of words or of characters, as features of a linear classifier."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.contributions import word_contributions
from models.scorer import FloatArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Kind = Literal["words", "characters"]
Features = Literal["tf_idf", "counts"]


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

    def fit_transform(self, texts: Iterable[str]) -> "csr_matrix":
        """Learn which n-grams there are. Returns the features of the texts, (n, size), float32."""
        found: csr_matrix = self._vectorizer.fit_transform(map(self._normalize, texts))
        return found

    def transform(self, texts: Iterable[str]) -> "csr_matrix":
        """The features of the texts, shape (n, size), float32."""
        found: csr_matrix = self._vectorizer.transform(map(self._normalize, texts))
        return found

    def word_contributions(
        self, words: Sequence[str], coefficients: FloatArray
    ) -> NDArray[np.float64]:
        """What each word of a text adds to ``transform([text]) @ coefficients``, shape (n,)."""
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
        return getattr(self._vectorizer, "idf_", None)

    def restore(self, terms: Sequence[str], idf: FloatArray | None) -> None:
        """Become what ``terms`` and ``idf`` were read from."""
        self._vectorizer.vocabulary_ = {term: column for column, term in enumerate(terms)}
        if idf is not None:
            self._vectorizer.idf_ = idf
