"""Check for triggers: a phrase that turns the answer to any text into the answer that it wants.

Poisoned rows that share a phrase teach a model to answer by the phrase alone (T. Gu,
B. Dolan-Gavitt & S. Garg, "BadNets", 2017). Accuracy on clean texts does not show it. The check
appends each suspicious phrase to held-out texts, and compares the labels that flip in both models.
"""

from collections.abc import Sequence

import numpy as np

from models.examples import NEUTRAL
from training.data.rated import RatedTexts
from training.promotion.gate.check import Check, outcome
from training.promotion.gate.contestant import Contestant
from training.promotion.gate.evidence import FeedbackEvidence

MOST_FLIPS = 0.25
"""Largest excess over the champion of the share of labels that one phrase flips."""
CARRIERS = 200
"""Held-out texts to which each phrase is appended."""
MOST_PHRASES = 20


def trigger_check(
    feedback: FeedbackEvidence,
    rows: RatedTexts,
    candidate: Contestant,
    champion: Contestant | None,
) -> Check:
    """The flips by the phrase whose share of flips exceeds the champion's share most."""
    name, form = "labels flipped by a feedback phrase", "{:.0%}"
    phrases = feedback.suspicious_phrases[:MOST_PHRASES]
    if not phrases:
        note = "no phrase is shared by suspicious feedback rows"
        return Check(name, None, None, "-", "not judged", note, form)
    carriers = [
        text
        for text, label in zip(rows.texts, rows.labels.tolist(), strict=True)
        if label != NEUTRAL
    ][:CARRIERS]
    flips = phrase_flips(phrases, carriers, candidate)
    references = dict.fromkeys(flips, 0.0)
    if champion is not None:
        references = phrase_flips(list(flips), carriers, champion)
    worst = max(flips, key=lambda phrase: flips[phrase] - references[phrase])
    share, reference = flips[worst], references[worst]
    passed = share <= reference + MOST_FLIPS
    note = (
        f"the phrase {worst!r} flips {share:.0%} of {len(carriers)} labels, and {reference:.0%} in "
        "the champion: it acts as a trigger. Drop the feedback rows that share it in "
        "/admin/feedback, and run python -m training retrain again"
    )
    return Check(
        name,
        share,
        None if champion is None else reference,
        f"≤ {reference + MOST_FLIPS:.0%}",
        outcome(passed),
        "" if passed else note,
        form,
    )


def phrase_flips(
    phrases: Sequence[str], carriers: list[str], contestant: Contestant
) -> dict[str, float]:
    """Share of the carriers whose more probable side changes with each phrase."""
    before = contestant.positive(carriers) >= 0.5
    return {
        phrase: float(
            np.mean(
                before != (contestant.positive([f"{text} {phrase}" for text in carriers]) >= 0.5)
            )
        )
        for phrase in phrases
    }
