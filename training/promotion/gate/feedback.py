"""Checks of the feedback: its labels, and the candidate on the feedback test set.

The Brier score is the mean squared error of P(positive). Unlike ROC-AUC it sees a model that has
learned how often the service's own tweets are positive.
"""

import numpy as np
from scipy.stats import bootstrap

from models.arrays import FloatArray
from models.examples import Examples
from training.feedback.summary import FeedbackSummary
from training.promotion.gate.check import NO_CHAMPION, Check, outcome
from training.promotion.gate.contestant import Contestant
from training.promotion.gate.evidence import FeedbackEvidence

MOST_SUSPICIOUS = 0.15
"""Largest share of feedback texts with a suspicious label that no person has reviewed."""
MOST_OF_PHRASE = 0.4
"""Largest share of suspicious labels among the texts that share a phrase."""
LEAST_VERDICT_AUC = 0.5
"""Least probability that an answer called wrong is less sure than an answer called right."""
TOLERATED_RISE = 0.005
"""Largest rise of the Brier score that is not proven."""
LEAST_TEST_ROWS = 30
"""Fewer feedback test texts tell nothing."""

_SEED = 7
_NO_FEEDBACK = "the candidate has learned from no feedback"
_REVIEW = (
    "review them in /admin/feedback, drop the wrong ones, and run python -m training retrain again"
)


def feedback_checks(
    feedback: FeedbackEvidence, candidate: Contestant, champion: Contestant | None
) -> list[Check]:
    """Suspicious labels, phrases and verdicts, and the Brier score on the feedback test set."""
    return [
        _labels_check(feedback.summary),
        _phrases_check(feedback.summary),
        _verdicts_check(feedback.summary),
        _test_check(feedback, candidate, champion),
    ]


def _labels_check(summary: FeedbackSummary | None) -> Check:
    name, bound, form = "suspicious feedback labels", f"≤ {MOST_SUSPICIOUS:.0%}", "{:.1%}"
    if summary is None:
        return Check(name, None, None, bound, "not judged", _NO_FEEDBACK, form)
    share = summary.suspicious_share
    passed = share <= MOST_SUSPICIOUS
    note = (
        f"{summary.suspicious} of {summary.texts} feedback texts have a label that other texts "
        f"contradict, and that no person has reviewed: {_REVIEW}"
    )
    return Check(name, share, None, bound, outcome(passed), "" if passed else note, form)


def _phrases_check(summary: FeedbackSummary | None) -> Check:
    name, bound, form = "suspicious labels of one phrase", f"≤ {MOST_OF_PHRASE:.0%}", "{:.0%}"
    if summary is None:
        return Check(name, None, None, bound, "not judged", _NO_FEEDBACK, form)
    if not summary.phrases:
        return Check(name, 0.0, None, bound, "passed", form=form)
    worst = max(summary.phrases, key=lambda phrase: phrase.suspicious / phrase.rows)
    share = worst.suspicious / worst.rows
    passed = share <= MOST_OF_PHRASE
    note = (
        f"{worst.suspicious} of {worst.rows} feedback texts with the phrase {worst.words!r} have "
        f"the label {worst.label} although their other words say the opposite: {_REVIEW}"
    )
    return Check(name, share, None, bound, outcome(passed), "" if passed else note, form)


def _verdicts_check(summary: FeedbackSummary | None) -> Check:
    name, bound = "wrong verdicts hit unsure answers", f"ROC-AUC ≥ {LEAST_VERDICT_AUC}"
    figure = None if summary is None else summary.wrong_verdict_auc
    if figure is None:
        note = _NO_FEEDBACK if summary is None else "too few verdicts of one kind"
        return Check(name, None, None, bound, "not judged", note)
    passed = figure >= LEAST_VERDICT_AUC
    note = (
        f"verdicts call the champion's sure answers wrong more often than its unsure answers "
        f"(ROC-AUC {figure:.3f}), as flipped verdicts do: {_REVIEW}"
    )
    return Check(name, figure, None, bound, outcome(passed), "" if passed else note)


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
