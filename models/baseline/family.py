"""Baseline family: n-grams of words and of characters, weighed by a linear classifier."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.baseline.ngrams import Ngrams, Row
from models.baseline.options import BaselineOptions
from models.family import POSITIVE, Backend, Bootstrap, Examples, Monitor, Tokens
from models.text.normalization import normalize_full, normalize_light

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_WEIGHTS = "weights.safetensors"
_VOCABULARY = "vocabulary.json"
_WORD = re.compile(r"<user>|<url>|[\w']+|[^\w\s]+")


class BaselineClassifier:
    """Logits are sums over n-grams; that of *negative* is 0.

    ``coefficients``: one array, float32, for the n-grams of each kind, shape (size, k - 1) for k
    classes. ``intercepts``: shape (k - 1,), float32.
    """

    def __init__(
        self,
        options: BaselineOptions,
        ngrams: Sequence[Ngrams],
        coefficients: Sequence[FloatArray],
        intercepts: FloatArray,
    ) -> None:
        features = options.features.replace("_", "")
        self.checkpoint = f"{features}-{options.classifier.replace('_', '-')}"
        self._options = options
        self._ngrams = ngrams
        self._coefficients = coefficients
        self._intercepts = intercepts

    def tokenize(self, texts: Sequence[str]) -> Tokens[list[Row]]:
        """The features of each text, one row for each kind of n-gram.

        The kind that knows most of a text tells how much of the text is unknown.
        """
        rows = [[ngrams.read(text) for ngrams in self._ngrams] for text in texts]
        unknown = [min(row.unknown for row in of_text) for of_text in rows]
        return Tokens(rows, np.array(unknown, dtype=np.float32))

    def score(self, tokens: Tokens[list[Row]]) -> FloatArray:
        """Of a linear SVM: its decision function."""
        logits = np.zeros((len(tokens.read), len(self._intercepts) + 1), dtype=np.float32)
        for logit, rows in zip(logits, tokens.read, strict=True):
            logit[1:] = sum(map(Row.dot, rows, self._coefficients), start=self._intercepts)
        return logits

    def logits(self, texts: Sequence[str]) -> FloatArray:
        return self.score(self.tokenize(texts))

    def contributions(self, words: Sequence[str]) -> FloatArray:
        """What each word of a text adds to the logit of *positive*, shape (n,), float32."""
        total = np.zeros(len(words))
        for ngrams, coefficients in zip(self._ngrams, self._coefficients, strict=True):
            total += ngrams.word_contributions(words, coefficients[:, -1])
        return total.astype(np.float32)

    def save(self, folder: Path) -> None:
        from safetensors.numpy import save_file

        arrays = {"intercepts": self._intercepts}
        vocabulary: dict[str, object] = {"options": self._options.model_dump()}
        for ngrams, coefficients in zip(self._ngrams, self._coefficients, strict=True):
            one = ngrams.kind.removesuffix("s")
            # safetensors writes an array as it lies in memory.
            arrays[f"{one}_coefficients"] = np.ascontiguousarray(coefficients)
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
    packages: tuple[str, ...] = ("scikit-learn",)

    def bootstrap(self) -> Bootstrap:
        return Bootstrap(BaselineOptions())

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
        coefficients, intercepts = _fit(hstack(features, format="csr"), train, options, seed)
        monitor.batch(0, steps, steps)
        ends = np.cumsum([ngrams.size for ngrams in kinds])
        return BaselineClassifier(options, kinds, np.split(coefficients, ends[:-1]), intercepts)

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
        return BaselineClassifier(options, kinds, coefficients, arrays["intercepts"])


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
) -> tuple[FloatArray, FloatArray]:
    """Coefficients, shape (size, k - 1), and intercepts, (k - 1,), of the logits, float32."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.svm import LinearSVC

    classes, rows, weights = _weighted_rows(train)
    features = features[rows]
    if options.classifier == "naive_bayes":
        bayes = MultinomialNB(alpha=options.alpha).fit(features, classes, weights)
        return _against_negative(bayes.feature_log_prob_, bayes.class_log_prior_)
    model = (
        LinearSVC(C=options.c, max_iter=20_000, random_state=seed)
        if options.classifier == "linear_svm"
        else LogisticRegression(C=options.c, max_iter=1000, random_state=seed)
    )
    model.fit(features, classes, weights)
    if len(model.classes_) == 2:
        return np.asarray(model.coef_.T, np.float32), np.asarray(model.intercept_, np.float32)
    return _against_negative(model.coef_, model.intercept_)


def _weighted_rows(
    train: Examples,
) -> tuple[NDArray[np.int8], NDArray[np.intp], NDArray[np.float32] | None]:
    """Classes, rows of ``train`` and weights, each of shape (m,).

    scikit-learn takes hard labels only: each share of readers is a weighted row of its own. A
    neutral share that is unknown counts as none.
    """
    if train.shares is None:
        return (train.labels == POSITIVE).astype(np.int8), np.arange(len(train)), None
    shares = np.nan_to_num(train.shares)
    rows, columns = np.nonzero(shares)
    return columns.astype(np.int8), rows, shares[rows, columns]


def _against_negative(
    coefficients: NDArray[np.float64], intercepts: NDArray[np.float64]
) -> tuple[FloatArray, FloatArray]:
    """Coefficients, shape (k, size), and intercepts, (k,), less those of *negative*."""
    return (
        np.asarray((coefficients[1:] - coefficients[0]).T, dtype=np.float32),
        np.asarray(intercepts[1:] - intercepts[0], dtype=np.float32),
    )
