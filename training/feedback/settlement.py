"""One verdict for each text: contradictory verdicts are settled by the majority of clients."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from training.data.splits import text_groups
from training.feedback.verdicts import KEEP, ConsentedVerdict


def settle(verdicts: Sequence[ConsentedVerdict]) -> tuple[list[ConsentedVerdict], int, int]:
    """The oldest verdict on each text with the majority's label, the oldest first.

    Each client has one vote on a text, the newest. Labels that a person keeps decide alone. A tie
    leaves the text out. Also returns the number of repetitions, and of verdicts that lost a vote.
    """
    settled: list[ConsentedVerdict] = []
    repetitions = contradictions = 0
    groups = text_groups([verdict.text for verdict in verdicts])
    order = np.argsort(groups, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        group = [verdicts[row] for row in rows]
        label = _majority([each for each in group if each.review == KEEP] or group)
        agreeing = [verdict for verdict in group if verdict.label == label]
        contradictions += len(group) - len(agreeing)
        if agreeing:
            # A label that a person keeps stands for the text, whoever said so first.
            settled.append(min(agreeing, key=lambda each: (each.review != KEEP, each.recorded_at)))
            repetitions += len(agreeing) - 1
    return (
        sorted(settled, key=lambda each: (each.recorded_at, each.id)),
        repetitions,
        contradictions,
    )


def _majority(verdicts: Sequence[ConsentedVerdict]) -> int | None:
    """The label with the most votes, None at a tie. A verdict without a client is one vote."""
    votes = {verdict.client or verdict.id: verdict.label for verdict in verdicts}
    counts = Counter(votes.values()).most_common()
    return None if len(counts) > 1 and counts[0][1] == counts[1][1] else counts[0][0]
