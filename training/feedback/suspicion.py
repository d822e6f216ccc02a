"""Suspicious labels of feedback, found by cleanlab.

Confident learning (Northcutt, Jiang & Chuang, "Confident Learning: Estimating Uncertainty in
Dataset Labels", JAIR 2021) compares given labels with out-of-sample probabilities.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.baseline.family import normalize_words
from models.examples import NEUTRAL, Examples
from training.feedback.phrases import Phrase, without_phrases

_TRAINING_ROWS = 6000
_FOLDS = 5


def suspicions(
    texts: Sequence[str],
    labels: NDArray[np.int8],
    groups: NDArray[np.int32],
    phrases: Sequence[Phrase],
    train: Examples,
    seed: int,
) -> list[float | None]:
    """Probability that each label is wrong; None for a label that cleanlab does not suspect.

    A linear classifier of word n-grams, cross-validated on the feedback and on a sample of the
    champion's training rows, gives the out-of-sample probabilities. Texts of one group, shape (n,),
    share a fold. ``phrases`` are removed from the texts, so that a planted phrase vouches for no
    label.
    """
    from cleanlab.filter import find_label_issues
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    if not texts:
        return []
    sided = np.flatnonzero(train.labels != NEUTRAL)
    drawn = train.take(np.random.default_rng(seed).permutation(sided)[:_TRAINING_ROWS])
    documents = [without_phrases(text, phrases) for text in texts]
    documents += [normalize_words(text) for text in drawn.texts]
    given = np.concatenate([labels, drawn.labels])
    own = np.arange(len(drawn)) + groups.max() + 1
    vectorizer = TfidfVectorizer(
        tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), min_df=2, sublinear_tf=True
    )
    features = vectorizer.fit_transform(documents)
    probabilities = np.zeros((len(given), 2))
    folds = GroupKFold(_FOLDS, shuffle=True, random_state=seed)
    for learned, held_out in folds.split(features, given, np.concatenate([groups, own])):
        classifier = LogisticRegression(C=2.0, solver="liblinear")
        classifier.fit(features[learned], given[learned])
        probabilities[held_out] = classifier.predict_proba(features[held_out])
    suspected = find_label_issues(given, probabilities, n_jobs=1)
    wrong = 1 - probabilities[np.arange(len(given)), given]
    return [round(float(wrong[row]), 6) if suspected[row] else None for row in range(len(texts))]
