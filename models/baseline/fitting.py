"""Fitting of a linear classifier by scikit-learn."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.baseline.options import BaselineOptions
from models.examples import POSITIVE, Examples

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def fit_linear_classifier(
    features: "csr_matrix", train: Examples, options: BaselineOptions, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Coefficients, shape (size, k - 1), and intercepts, shape (k - 1,), of the logits, float32.

    ``features`` of the ``train`` texts have shape (n, size). k is the number of classes.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.svm import LinearSVC

    classes, rows, weights = _weighted_rows(train)
    features = features[rows]
    if options.classifier == "naive_bayes":
        bayes = MultinomialNB(alpha=options.alpha).fit(features, classes, weights)
        return _relative_to_negative(bayes.feature_log_prob_, bayes.class_log_prior_)
    model = (
        LinearSVC(C=options.c, max_iter=20_000, random_state=seed)
        if options.classifier == "linear_svm"
        else LogisticRegression(C=options.c, max_iter=1000, random_state=seed)
    )
    model.fit(features, classes, weights)
    if len(model.classes_) == 2:
        return np.asarray(model.coef_.T, np.float32), np.asarray(model.intercept_, np.float32)
    return _relative_to_negative(model.coef_, model.intercept_)


def _weighted_rows(
    train: Examples,
) -> tuple[NDArray[np.int8], NDArray[np.intp], NDArray[np.float32] | None]:
    """Classes, indices into ``train`` and sample weights, each of shape (m,).

    scikit-learn takes hard labels only. Each share of readers therefore becomes a row with the
    share as its weight. An unknown neutral share becomes no row.
    """
    if train.shares is None:
        return (train.labels == POSITIVE).astype(np.int8), np.arange(len(train)), None
    shares = np.nan_to_num(train.shares)
    rows, columns = np.nonzero(shares)
    return columns.astype(np.int8), rows, shares[rows, columns]


def _relative_to_negative(
    coefficients: NDArray[np.float64], intercepts: NDArray[np.float64]
) -> tuple[FloatArray, FloatArray]:
    """Coefficients, shape (k, size), and intercepts, (k,), relative to those of *negative*."""
    return (
        np.asarray((coefficients[1:] - coefficients[0]).T, dtype=np.float32),
        np.asarray(intercepts[1:] - intercepts[0], dtype=np.float32),
    )
