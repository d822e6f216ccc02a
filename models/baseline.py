"""Baseline family: TF-IDF of words and of character n-grams, and a logistic regression."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from models.family import Backend, Examples, Monitor
from models.scorer import FloatArray
from models.text import normalize_full, normalize_light

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

_WEIGHTS = "weights.safetensors"
_VOCABULARY = "vocabulary.json"


class BaselineOptions(BaseModel):
    c: float = Field(10.0, gt=0, description="inverse strength of the L2 penalty")
    word_ngrams: int = Field(2, ge=1, description="longest word n-gram")
    character_ngrams: int = Field(5, ge=2, description="longest character n-gram")
    min_df: int = Field(2, ge=1, description="tweets in which an n-gram must occur")


class BaselineClassifier:
    """Words are read from the fully normalised text, characters from the lightly normalised."""

    checkpoint = "tfidf-logistic-regression"

    def __init__(
        self,
        options: BaselineOptions,
        words: "TfidfVectorizer",
        characters: "TfidfVectorizer",
        coefficients: NDArray[np.float64],
        intercept: float,
    ) -> None:
        self._options = options
        self._words = words
        self._characters = characters
        self._word_coefficients, self._character_coefficients = np.split(
            coefficients, [len(words.vocabulary_)]
        )
        self._intercept = intercept

    def log_odds(self, texts: Sequence[str]) -> FloatArray:
        if not texts:
            return np.empty(0, dtype=np.float32)
        words = self._words.transform(map(normalize_full, texts))
        characters = self._characters.transform(map(normalize_light, texts))
        log_odds: FloatArray = np.asarray(
            words @ self._word_coefficients
            + characters @ self._character_coefficients
            + self._intercept,
            dtype=np.float32,
        )
        return log_odds

    def save(self, folder: Path) -> None:
        from safetensors.numpy import save_file

        save_file(
            {
                "word_idf": self._words.idf_,
                "character_idf": self._characters.idf_,
                "word_coefficients": self._word_coefficients,
                "character_coefficients": self._character_coefficients,
                "intercept": np.array([self._intercept]),
            },
            folder / _WEIGHTS,
        )
        vocabulary = {
            "options": self._options.model_dump(),
            "words": _terms(self._words),
            "characters": _terms(self._characters),
        }
        (folder / _VOCABULARY).write_text(json.dumps(vocabulary), encoding="utf-8")


class Baseline:
    name = "baseline"
    summary = "TF-IDF of words and characters, logistic regression"
    uses_gpu = False
    options = BaselineOptions

    def fit(
        self,
        train: Examples,
        validation: Examples,
        options: BaselineOptions,
        seed: int,
        monitor: Monitor,
    ) -> BaselineClassifier:
        from scipy.sparse import hstack
        from sklearn.linear_model import LogisticRegression

        words, characters = _vectorizers(options)
        monitor.batch(0, 0, 2)
        features = hstack(
            [
                words.fit_transform(map(normalize_full, train.texts)),
                characters.fit_transform(map(normalize_light, train.texts)),
            ],
            format="csr",
        )
        monitor.batch(0, 1, 2)
        regression = LogisticRegression(C=options.c, max_iter=1000, random_state=seed)
        regression.fit(features, train.labels)
        monitor.batch(0, 2, 2)
        return BaselineClassifier(
            options, words, characters, regression.coef_[0], float(regression.intercept_[0])
        )

    def load(self, folder: Path, backend: Backend, threads: int) -> BaselineClassifier:
        from safetensors.numpy import load_file

        weights = load_file(folder / _WEIGHTS)
        vocabulary = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
        options = BaselineOptions(**vocabulary["options"])
        words, characters = _vectorizers(options)
        for vectorizer, part in ((words, "word"), (characters, "character")):
            terms = vocabulary[f"{part}s"]
            vectorizer.vocabulary_ = {term: column for column, term in enumerate(terms)}
            vectorizer.idf_ = weights[f"{part}_idf"]
        coefficients = [weights["word_coefficients"], weights["character_coefficients"]]
        return BaselineClassifier(
            options, words, characters, np.concatenate(coefficients), float(weights["intercept"][0])
        )


def _vectorizers(options: BaselineOptions) -> tuple["TfidfVectorizer", "TfidfVectorizer"]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(
        lowercase=False,
        token_pattern=r"\S+",  # noqa: S106
        ngram_range=(1, options.word_ngrams),
        min_df=options.min_df,
        sublinear_tf=True,
    )
    characters = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(2, options.character_ngrams),
        min_df=options.min_df,
        sublinear_tf=True,
    )
    return words, characters


def _terms(vectorizer: "TfidfVectorizer") -> list[str]:
    """The terms in the order of their columns."""
    return sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
