"""How well the model's doubt ranks wrong verdicts above right verdicts.

Honest users may report more mistakes than right answers. The AUC does not depend on the ratio of
the two, since it compares each wrong verdict with each right verdict. Readers find the mistakes of
a model among its less sure answers. Flipped labels call its sure answers wrong instead.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from models.examples import POSITIVE
from training.feedback.verdicts import ConsentedVerdict

_LEAST_VERDICTS = 20


def wrong_verdict_auc(verdicts: Sequence[ConsentedVerdict]) -> float | None:
    """Probability that an answer called wrong was less sure than an answer called right.

    The answers of a pair are of one version and have one label, since a shift of the labels' shares
    makes one label less reliable than the other. Groups are weighted by the precision of their AUC
    (Mann & Whitney, 1947). None with fewer than 20 verdicts of either kind.
    """
    wrong = sum(not verdict.correct for verdict in verdicts)
    if min(wrong, len(verdicts) - wrong) < _LEAST_VERDICTS:
        return None
    groups: dict[tuple[str, str, int], list[ConsentedVerdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[verdict.model, verdict.version, verdict.predicted].append(verdict)
    weighted = total = 0.0
    for (*_, label), group in groups.items():
        positive = np.array([verdict.probability for verdict in group])
        called_wrong = np.array([not verdict.correct for verdict in group])
        ones, zeros = int(called_wrong.sum()), int((~called_wrong).sum())
        if ones and zeros:
            ranks = rankdata(-positive if label == POSITIVE else positive)
            auc = (ranks[called_wrong].sum() - ones * (ones + 1) / 2) / (ones * zeros)
            precision = ones * zeros / (ones + zeros + 1)
            weighted, total = weighted + precision * auc, total + precision
    return round(weighted / total, 4) if total else None
