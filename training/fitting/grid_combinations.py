"""Combinations of the grid: four classifiers by two kinds of features."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC

FEATURES = ("bag of words", "TF-IDF")
FOREST = {"n_estimators": 100, "max_depth": 40, "max_features": "sqrt", "max_samples": 0.25}
"""Bounds of the random forest, which takes hours on 200,000 tweets without them."""
_NGRAMS = {
    "ngram_range": (1, 2),
    "min_df": 3,
    "token_pattern": r"\S+",
    "lowercase": False,
    "dtype": np.float32,
}

Values = list[float] | list[int]


@dataclass(frozen=True)
class Combination:
    """A classifier on one kind of features, and the values tried of each parameter."""

    classifier: str
    features: str
    pipeline: Pipeline
    parameters: dict[str, Values]

    @property
    def name(self) -> str:
        return f"{self.classifier}, {self.features}"

    @property
    def candidates(self) -> int:
        """Number of parameter settings."""
        return int(np.prod([len(values) for values in self.parameters.values()]))


def combinations(seed: int) -> list[Combination]:
    """The eight combinations, the fastest classifiers first."""
    classifiers: list[tuple[str, Any, dict[str, dict[str, Values]]]] = [
        ("naive Bayes", MultinomialNB(), {name: {"alpha": [0.3, 1.0, 3.0]} for name in FEATURES}),
        (
            "linear SVM",
            LinearSVC(random_state=seed),
            {"bag of words": {"C": [0.003, 0.01, 0.03]}, "TF-IDF": {"C": [0.03, 0.1, 0.3]}},
        ),
        (
            "logistic regression",
            LogisticRegression(max_iter=1000, random_state=seed),
            {"bag of words": {"C": [0.03, 0.1, 0.3]}, "TF-IDF": {"C": [1.0, 2.0, 4.0]}},
        ),
        (
            "random forest",
            RandomForestClassifier(**FOREST, n_jobs=-1, random_state=seed),
            {name: {"min_samples_leaf": [1, 5]} for name in FEATURES},
        ),
    ]
    vectorizers = dict(
        zip(FEATURES, (CountVectorizer(**_NGRAMS), TfidfVectorizer(**_NGRAMS)), strict=True)
    )
    return [
        Combination(
            classifier,
            features,
            Pipeline([("features", vectorizers[features]), ("classifier", estimator)]),
            {f"classifier__{name}": values for name, values in parameters[features].items()},
        )
        for (classifier, estimator, parameters), features in product(classifiers, FEATURES)
    ]
