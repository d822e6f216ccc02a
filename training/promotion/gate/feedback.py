"""Checks of the feedback: its labels, and the candidate on the feedback test set.

The Brier score is the mean squared error of P(positive). Unlike ROC-AUC it sees a model that has
learned how often the service's own tweets are positive.
"""

import numpy as np
from scipy.stats import bootstrap

from models.arrays import FloatArray
from models.examples import Examples
from training.promotion.gate.check import NO_CHAMPION, Check, outcome
from training.promotion.gate.contestant import Contestant
from training.promotion.gate.evidence import FeedbackEvidence

MOST_SUSPICIOUS = 0.25
"""Largest share of feedback rows with a suspicious label that no person has reviewed."""

TOLERATED_RISE = 0.005
"""Largest rise of the Brier score that is not proven."""
LEAST_TEST_ROWS = 30
"""Fewer feedback test texts tell nothing."""

_SEED = 7
_NO_FEEDBACK = "the candidate has learned from no feedback"


def feedback_checks(
    feedback: FeedbackEvidence, candidate: Contestant, champion: Contestant | None
) -> list[Check]:
    """The share of suspicious labels, and the Brier score on the feedback test set."""
    return [_labels_check(feedback), _test_check(feedback, candidate, champion)]


def _labels_check(feedback: FeedbackEvidence) -> Check:
    name, share = "suspicious feedback labels", feedback.suspicious
    bound, form = f"≤ {MOST_SUSPICIOUS:.0%} not reviewed", "{:.1%}"
    if share is None:
        return Check(name, None, None, bound, "not judged", _NO_FEEDBACK, form)
    passed = share <= MOST_SUSPICIOUS
    note = (
        f"{share:.1%} of the feedback rows have a label that the other texts contradict: review "
        "them in /admin/feedback, drop the wrong ones, and run python -m training retrain again"
    )
    return Check(name, share, None, bound, outcome(passed), "" if passed else note, form)


def _test_check(
    feedback: FeedbackEvidence, candidate: Contestant, champion: Contestant | None
) -> Check:
    name, bound, test = "Brier score, feedback test", "≤ champion", feedback.test
    if test is None or len(test) < LEAST_TEST_ROWS:
        note = f"fewer than {LEAST_TEST_ROWS} texts are in the feedback test set"
        return Check(name, None, None, bound, "not judged", note)
    of_candidate = squared_errors(test, candidate)
    score = float(of_candidate.mean())
    if champion is None:
        return Check(name, score, None, bound, "not judged", NO_CHAMPION)
    of_champion = squared_errors(test, champion)
    reference = float(of_champion.mean())
    low, _ = mean_interval(of_candidate - of_champion)
    passed = low <= 0 and score <= reference + TOLERATED_RISE
    note = (
        f"the Brier score on {len(test)} feedback texts is {score:.3f}, the champion's is "
        f"{reference:.3f}: the feedback has taught the candidate nothing. Collect more, "
        "or review the labels in /admin/feedback"
    )
    bound = f"≤ {reference + TOLERATED_RISE:.3f}, no proven rise"
    return Check(name, score, reference, bound, outcome(passed), "" if passed else note)


def squared_errors(test: Examples, contestant: Contestant) -> FloatArray:
    """Squared error of P(positive) against each label, shape (n,). Its mean is the Brier score."""
    return (contestant.positive(test.texts) - test.labels.astype(np.float32)) ** 2


def mean_interval(differences: FloatArray) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean of paired differences, shape (n,)."""
    interval = bootstrap(
        (differences,), np.mean, method="percentile", rng=np.random.default_rng(_SEED)
    ).confidence_interval
    return float(interval.low), float(interval.high)
