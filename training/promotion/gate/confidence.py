"""Checks of confidence: confident answers keep their precision, and shares of readers are true.

Precision is that of a label's confident answers at the promised share, with neutral texts as
mistakes. Exact bounds (C. Clopper & E. Pearson, 1934) tell whether a precision is proven to be
below the bound: a few dozen answers are confident, and one more mistake among them proves nothing.
"""

import numpy as np
from numpy.typing import NDArray

from models.answers import LABELS, Label
from models.confidence.precision_bounds import lower_bound, precision_at_share, upper_bound
from models.examples import NEGATIVE, POSITIVE
from models.reader_shares import positive_probability
from training.data.rated import TWEETS, RatedTexts
from training.evaluation.reader_metrics import calibration_error
from training.promotion.gate.check import NO_CHAMPION, Check, outcome
from training.promotion.gate.contestant import Contestant

MOST_CALIBRATION_ERROR = 0.06
"""Largest calibration error, unless the champion's is larger."""
CALIBRATION_TOLERANCE = 0.02
"""Largest excess over a champion's calibration error: about its error on 2,600 texts."""

# A silent model keeps every promise, and helps nobody.
_LEAST_COVERAGE = 0.5

_VALUES = {"negative": NEGATIVE, "positive": POSITIVE}


def confidence_checks(
    rows: RatedTexts, candidate: Contestant, champion: Contestant | None
) -> list[Check]:
    """Precision of confident answers by label and domain, their share, and calibration."""
    tweets = np.array([source == TWEETS for source in rows.sources], dtype=bool)
    domains = {"tweets": tweets, "other texts": ~tweets}
    return [
        *(
            _precision_check(f"confident {label}s, {name}", label, rows, chosen, models)
            for models in [(candidate, champion)]
            for label in LABELS
            for name, chosen in domains.items()
            if _promised(candidate, label) or (champion and _promised(champion, label))
        ),
        _coverage_check(tweets, candidate, champion),
        _calibration_check(rows, candidate, champion),
    ]


def _precision_check(
    name: str,
    label: Label,
    rows: RatedTexts,
    chosen: NDArray[np.bool_],
    models: tuple[Contestant, Contestant | None],
) -> Check:
    candidate, champion = models
    wanted = rows.labels[chosen] == _VALUES[label]
    share = candidate.manifest.decision.promised_share
    confident = _confident(candidate, label)[chosen]
    reference = None
    if champion is not None:
        reference = _precision(wanted, _confident(champion, label)[chosen], share)
    promised = _promised(candidate, label)
    if not confident.any():
        note = "the candidate gives no such confident answer"
        return Check(name, None, reference, "-", "not judged", note)
    bound = promised if reference is None else min(promised, reference)
    precision = _precision(wanted, confident, share)
    passed = _highest_precision(wanted, confident, share) >= bound
    note = (
        f"{precision or 0:.3f} of the confident answers are right, and {bound:.3f} are needed (the "
        "candidate's promise, or the champion's precision if that is lower): train with more "
        "validation texts, or with a higher --promised-precision"
    )
    return Check(
        name,
        precision,
        reference,
        f"not proven below {bound:.3f}",
        outcome(passed),
        "" if passed else note,
    )


def _coverage_check(
    tweets: NDArray[np.bool_], candidate: Contestant, champion: Contestant | None
) -> Check:
    name, share = "share of confident answers, tweets", _coverage(candidate, tweets)
    if champion is None:
        return Check(name, share, None, "-", "not judged", NO_CHAMPION, "{:.1%}")
    reference = _coverage(champion, tweets)
    least = _LEAST_COVERAGE * reference
    passed = share >= least
    note = (
        f"{share:.1%} of the answers to tweets are confident, the champion's {reference:.1%}: a "
        "silent model keeps every promise and helps nobody. Look for contradicting labels"
    )
    return Check(
        name,
        share,
        reference,
        f"≥ {least:.1%} (half of the champion's)",
        outcome(passed),
        "" if passed else note,
        "{:.1%}",
    )


def _calibration_check(
    rows: RatedTexts, candidate: Contestant, champion: Contestant | None
) -> Check:
    actual = positive_probability(rows.shares)
    error = calibration_error(candidate.probabilities, actual)
    reference, bound = None, MOST_CALIBRATION_ERROR
    if champion is not None:
        reference = calibration_error(champion.probabilities, actual)
        bound = max(bound, reference + CALIBRATION_TOLERANCE)
    passed = error <= bound
    note = (
        f"P(positive) differs by {error:.3f} from the readers' mean, and {bound:.3f} is the most "
        "allowed: calibrate on texts with readers' ratings, such as --rated-weight adds"
    )
    return Check(
        "calibration error, test texts",
        error,
        reference,
        f"≤ {bound:.3f}",
        outcome(passed),
        "" if passed else note,
    )


def _promised(contestant: Contestant, label: Label) -> float:
    decision = contestant.manifest.decision
    return decision.promised_positive if label == "positive" else decision.promised_negative


def _confident(contestant: Contestant, label: Label) -> NDArray[np.bool_]:
    """Mask of the held-out texts that the model answers confidently with the label."""
    decision, probabilities = contestant.manifest.decision, contestant.probabilities
    if label == "positive":
        return decision.confident_positives(probabilities)
    return decision.confident_negatives(probabilities)


def _coverage(contestant: Contestant, chosen: NDArray[np.bool_]) -> float:
    """The share of confident answers to the chosen texts, of both labels."""
    confident = _confident(contestant, "positive") | _confident(contestant, "negative")
    return float(confident[chosen].mean())


def _precision(
    wanted: NDArray[np.bool_], confident: NDArray[np.bool_], share: float
) -> float | None:
    """Precision at a share of the label; masks of shape (n,). None without a confident answer."""
    if not confident.any():
        return None
    return precision_at_share(
        float(confident[wanted].mean()), float(confident[~wanted].mean()), share
    )


def _highest_precision(
    wanted: NDArray[np.bool_], confident: NDArray[np.bool_], share: float
) -> float:
    """An upper bound of the precision, at a risk of 0.05."""
    found, mistaken = int(confident[wanted].sum()), int(confident[~wanted].sum())
    labelled, others = int(wanted.sum()), int((~wanted).sum())
    most_found = upper_bound(found, labelled) if found < labelled else 1.0
    return precision_at_share(most_found, lower_bound(mistaken, others), share)
