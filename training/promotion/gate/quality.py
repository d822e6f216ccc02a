"""Checks of quality: the candidate is not worse than the champion on held-out texts.

ROC-AUC needs no threshold. Both models score the same texts, and the bootstrap draws each text with
both scores (B. Efron, 1979; paired). The difference has a far smaller standard error than either
figure.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap, rankdata

from models.arrays import FloatArray
from models.examples import NEUTRAL, POSITIVE
from training.data.rated import TWEETS, RatedTexts
from training.promotion.gate.check import NO_CHAMPION, Check, outcome
from training.promotion.gate.contestant import Contestant

LARGEST_LOSS = 0.02
"""Largest loss of ROC-AUC, whether or not the loss is proven."""
TOLERATED_LOSS = 0.005
"""Largest proven loss of ROC-AUC: about the standard error of ROC-AUC on these texts."""
LEAST_OF_LABEL = 20
"""Fewer texts of a label tell nothing about ROC-AUC."""

_RESAMPLES = 1000
_SEED = 7


@dataclass(frozen=True)
class Difference:
    """ROC-AUC of candidate and champion, and the 95 % interval of candidate - champion."""

    candidate: float
    champion: float
    low: float
    high: float

    @property
    def value(self) -> float:
        """Candidate - champion."""
        return self.candidate - self.champion

    def __str__(self) -> str:
        return f"{self.value:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"


def quality_checks(
    rows: RatedTexts, candidate: Contestant, champion: Contestant | None
) -> list[Check]:
    """ROC-AUC on the held-out tweets and on the held-out texts of the other sources."""
    tweets = np.array([source == TWEETS for source in rows.sources], dtype=bool)
    domains = {"test tweets": tweets, "other test texts": ~tweets}
    return [
        _check(name, rows.labels[of_domain], of_domain, candidate, champion)
        for name, of_domain in domains.items()
    ]


def _check(
    domain: str,
    labels: NDArray[np.int8],
    of_domain: NDArray[np.bool_],
    candidate: Contestant,
    champion: Contestant | None,
) -> Check:
    name, bound = f"ROC-AUC, {domain}", f"no proven loss above {TOLERATED_LOSS}"
    scores = candidate.probabilities[of_domain]
    if not is_judged(labels):
        note = f"fewer than {LEAST_OF_LABEL} texts of a label are held out from both trainings"
        return Check(name, None, None, bound, "not judged", note)
    if champion is None:
        sided = labels != NEUTRAL
        figure = float(roc_auc(labels[sided] == POSITIVE, scores[sided]))
        return Check(name, figure, None, bound, "not judged", NO_CHAMPION)
    found = compare_roc_auc(labels, scores, champion.probabilities[of_domain])
    is_worse = found.high < 0 and found.value < -TOLERATED_LOSS
    note = (
        f"ROC-AUC on {(labels != NEUTRAL).sum()} {domain} is {found.candidate:.3f}, the champion's "
        f"is {found.champion:.3f} (difference {found}): the candidate is worse at what the "
        "champion could do. Look for wrong labels in the added texts, or add fewer of them"
    )
    passed = not is_worse and found.value >= -LARGEST_LOSS
    return Check(
        name, found.candidate, found.champion, bound, outcome(passed), "" if passed else note
    )


def is_judged(labels: NDArray[np.int8]) -> bool:
    """Whether there are enough positive and negative ``labels``, shape (n,), for ROC-AUC."""
    positive, sided = int((labels == POSITIVE).sum()), int((labels != NEUTRAL).sum())
    return min(positive, sided - positive) >= LEAST_OF_LABEL


def compare_roc_auc(
    labels: NDArray[np.int8], candidate: FloatArray, champion: FloatArray
) -> Difference:
    """ROC-AUC of two models' P(positive) on the same texts, all of shape (n,), without neutrals."""
    sided = labels != NEUTRAL
    positive = (labels == POSITIVE)[sided]
    first, second = candidate[sided], champion[sided]

    def difference(
        drawn: NDArray[np.bool_], of_first: FloatArray, of_second: FloatArray, axis: int = -1
    ) -> NDArray[np.float64]:
        return roc_auc(drawn, of_first, axis) - roc_auc(drawn, of_second, axis)

    interval = bootstrap(
        (positive, first, second),
        difference,
        paired=True,
        vectorized=True,
        n_resamples=_RESAMPLES,
        batch=100,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return Difference(
        float(roc_auc(positive, first)),
        float(roc_auc(positive, second)),
        float(interval.low),
        float(interval.high),
    )


def roc_auc(positive: NDArray[np.bool_], scores: FloatArray, axis: int = -1) -> NDArray[np.float64]:
    """ROC-AUC along an axis, as the rank sum of the positives (Mann & Whitney, 1947).

    scikit-learn computes one ROC-AUC at a time, the bootstrap needs a thousand.
    """
    ranks = rankdata(scores, axis=axis)
    of_positives, positives = (ranks * positive).sum(axis), positive.sum(axis)
    negatives = positive.shape[axis] - positives
    area: NDArray[np.float64] = (of_positives - positives * (positives + 1) / 2) / (
        positives * negatives
    )
    return area
