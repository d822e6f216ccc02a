"""Baseline family: n-grams of words and of characters, weighed by a linear classifier."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationInfo, field_validator

from models.family import Backend, Examples, Monitor, searched, searched_among
from models.ngrams import Features, Ngrams, Row
from models.scorer import FloatArray
from models.text import normalize_full, normalize_light

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_WEIGHTS = "weights.safetensors"
_VOCABULARY = "vocabulary.json"
_WORD = re.compile(r"<user>|<url>|[\w']+|[^\w\s]+")


class BaselineOptions(BaseModel):
    classifier: Literal["logistic_regression", "naive_bayes", "linear_svm"] = Field(
        "logistic_regression", description="what weighs the n-grams; naive Bayes is multinomial"
    )
    features: Features = Field(
        "tf_idf",
        description="value of an n-gram; counts: how often it occurs",
        json_schema_extra=searched_among("tf_idf", "counts"),
    )
    normalisation: Literal["full", "words"] = Field(
        "full",
        description="text of the word n-grams; full: lemmas without stop words; "
        "words: all words and signs, lower-cased",
        json_schema_extra=searched_among("full", "words"),
    )
    word_ngrams: int = Field(
        2, ge=0, description="longest word n-gram, 0: none", json_schema_extra=searched(1, 3)
    )
    character_ngrams: int = Field(
        5,
        ge=0,
        description="longest character n-gram, the shortest is 2; 0: none",
        json_schema_extra=searched(3, 6),
    )
    min_df: int = Field(
        2,
        ge=1,
        description="tweets in which an n-gram must occur",
        json_schema_extra=searched(1, 10, log=True),
    )
    max_features: int | None = Field(
        None, ge=1, description="how many n-grams of each kind are kept, the most frequent; all"
    )
    c: float = Field(
        2.0,
        gt=0,
        description="inverse strength of the L2 penalty; a linear SVM needs less, such as 0.2",
        json_schema_extra=searched(0.05, 20, log=True),
    )
    alpha: float = Field(1.0, gt=0, description="additive smoothing of naive Bayes")
    log_count_ratios: bool = Field(
        False,
        description="scale each n-gram by what it tells naive Bayes, for the other classifiers",
    )

    @field_validator("character_ngrams")
    @classmethod
    def _is_some_ngram_read(cls, longest: int, others: ValidationInfo) -> int:
        if longest == 1:
            raise ValueError("character n-grams begin at 2; 0 is none")
        if longest == 0 and others.data.get("word_ngrams") == 0:
            raise ValueError("without word n-grams there must be character n-grams")
        return longest


class BaselineClassifier:
    """``coefficients``: one array, float32, for the n-grams of each kind, shape (size,)."""

    def __init__(
        self,
        options: BaselineOptions,
        ngrams: Sequence[Ngrams],
        coefficients: Sequence[FloatArray],
        intercept: float,
    ) -> None:
        features = options.features.replace("_", "")
        self.checkpoint = f"{features}-{options.classifier.replace('_', '-')}"
        self._options = options
        self._ngrams = ngrams
        self._coefficients = coefficients
        self._intercept = intercept

    def tokenize(self, texts: Sequence[str]) -> list[list[Row]]:
        """The features of each text, one row for each kind of n-gram."""
        return [[ngrams.read(text) for ngrams in self._ngrams] for text in texts]

    def score(self, tokens: Sequence[Sequence[Row]]) -> FloatArray:
        """Of a linear SVM: its decision function."""
        log_odds = [
            sum(map(Row.dot, rows, self._coefficients), start=self._intercept) for rows in tokens
        ]
        return np.array(log_odds, dtype=np.float32)

    def log_odds(self, texts: Sequence[str]) -> FloatArray:
        return self.score(self.tokenize(texts))

    def contributions(self, words: Sequence[str]) -> FloatArray:
        """What each word of a text adds to its log-odds, shape (n,), float32."""
        total = np.zeros(len(words))
        for ngrams, coefficients in zip(self._ngrams, self._coefficients, strict=True):
            total += ngrams.word_contributions(words, coefficients)
        return total.astype(np.float32)

    def save(self, folder: Path) -> None:
        from safetensors.numpy import save_file

        arrays = {"intercept": np.array([self._intercept])}
        vocabulary: dict[str, object] = {"options": self._options.model_dump()}
        for ngrams, coefficients in zip(self._ngrams, self._coefficients, strict=True):
            one = ngrams.kind.removesuffix("s")
            arrays[f"{one}_coefficients"] = coefficients
            if ngrams.idf is not None:
                arrays[f"{one}_idf"] = ngrams.idf
            vocabulary[ngrams.kind] = ngrams.terms
        save_file(arrays, folder / _WEIGHTS)
        (folder / _VOCABULARY).write_text(json.dumps(vocabulary), encoding="utf-8")


class Baseline:
    name = "baseline"
    summary = "Linear classifier of word and character n-grams"
    uses_gpu = False
    linear = True
    options = BaselineOptions

    def fit(
        self,
        train: Examples,
        validation: Examples,
        options: BaselineOptions,
        seed: int,
        monitor: Monitor,
        work: Path,
    ) -> BaselineClassifier:
        from scipy.sparse import hstack

        kinds = _unfitted(options)
        steps = len(kinds) + 1
        features = []
        for step, ngrams in enumerate(kinds):
            monitor.batch(0, step, steps)
            features.append(ngrams.fit_transform(train.texts))
        monitor.batch(0, len(kinds), steps)
        coefficients, intercept = _fit(hstack(features, format="csr"), train, options, seed)
        monitor.batch(0, steps, steps)
        ends = np.cumsum([ngrams.size for ngrams in kinds])
        return BaselineClassifier(options, kinds, np.split(coefficients, ends[:-1]), intercept)

    def load(self, folder: Path, backend: Backend, threads: int) -> BaselineClassifier:
        from safetensors.numpy import load_file

        arrays = load_file(folder / _WEIGHTS)
        vocabulary = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
        options = BaselineOptions(**vocabulary["options"])
        kinds = _unfitted(options)
        coefficients = []
        for ngrams in kinds:
            one = ngrams.kind.removesuffix("s")
            ngrams.restore(vocabulary[ngrams.kind], arrays.get(f"{one}_idf"))
            coefficients.append(arrays[f"{one}_coefficients"].astype(np.float32))
        return BaselineClassifier(options, kinds, coefficients, float(arrays["intercept"][0]))


def normalize_words(text: str) -> str:
    """All words, masks and runs of signs of the light text in lower case, separated by spaces."""
    return " ".join(_WORD.findall(normalize_light(text).lower()))


def _unfitted(options: BaselineOptions) -> list[Ngrams]:
    """The n-grams of each kind that the options ask for."""
    normalize = normalize_full if options.normalisation == "full" else normalize_words
    rest = (options.features, options.min_df, options.max_features)
    kinds = []
    if options.word_ngrams:
        kinds.append(Ngrams("words", options.word_ngrams, normalize, *rest))
    if options.character_ngrams:
        kinds.append(Ngrams("characters", options.character_ngrams, normalize_light, *rest))
    return kinds


def _fit(
    features: "csr_matrix", train: Examples, options: BaselineOptions, seed: int
) -> tuple[FloatArray, float]:
    """Coefficients, float32, and intercept of the log-odds.

    With log-count ratios a classifier learns how far to follow naive Bayes, n-gram by n-gram
    (S. Wang & C. Manning, "Baselines and bigrams", 2012, there with a linear SVM). They stay in
    the coefficients. ``features`` are scaled in place.
    """
    from scipy.sparse import vstack
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.svm import LinearSVC

    labels: NDArray[np.int8] = train.labels
    weights = None
    if train.soft_labels is not None:
        # A soft label is two weighted rows, since scikit-learn takes hard labels only.
        features = vstack([features, features], format="csr")
        labels = np.repeat(np.array([1, 0], dtype=np.int8), len(train))
        weights = np.concatenate([train.targets, 1 - train.targets])
    scale: FloatArray | float = 1.0
    if options.classifier == "naive_bayes" or options.log_count_ratios:
        bayes = MultinomialNB(alpha=options.alpha).fit(features, labels, weights)
        negative, positive = bayes.feature_log_prob_
        scale = np.asarray(positive - negative, dtype=np.float32)
        if options.classifier == "naive_bayes":
            return scale, float(bayes.class_log_prior_[1] - bayes.class_log_prior_[0])
        features.data *= scale[features.indices]
    model = (
        LinearSVC(C=options.c, max_iter=20_000, random_state=seed)
        if options.classifier == "linear_svm"
        else LogisticRegression(C=options.c, max_iter=1000, random_state=seed)
    )
    model.fit(features, labels, weights)
    return np.asarray(model.coef_[0] * scale, dtype=np.float32), float(model.intercept_[0])
