"""From an empty model store to champions of every family, on the embedded data set."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.registry import FAMILIES
from training.data.selection import EMBEDDED, DataSelection
from training.fitting.train import Outcome, train
from training.promotion.promote import promote
from training.promotion.signing_key import require_signing_key
from training.tracking.mlflow_runs import connect

# A model that the gate refuses is better than none. The output names the failed checks.
_REASON = "bootstrap: the store has no other champion"


@dataclass(frozen=True)
class Promoted:
    """A trained model that became the champion. ``reasons``: of the gate's refusal."""

    family: str
    version: str
    test_tweets: int
    outcome: Outcome
    reasons: Sequence[str]

    def __str__(self) -> str:
        text = (
            f"{self.family} ({self.outcome.checkpoint}): ROC-AUC "
            f"{self.outcome.intervals['roc_auc']} on {self.test_tweets} test tweets, trained in "
            f"{self.outcome.seconds:.0f} s, promoted as version {self.version}"
        )
        if self.reasons:
            text += f", although the gate refuses it: {'; '.join(self.reasons)}"
        return text


def train_and_promote(families: Sequence[str], seed: int) -> Iterator[Promoted]:
    """Train and promote a champion of each family. Yields each champion.

    Raises ``PromotionError`` before any training if the key of the signatures cannot be used.
    """
    require_signing_key()
    for name in families:
        family = FAMILIES[name]
        bootstrap = family.bootstrap()
        selection = DataSelection(source_rows=bootstrap.source_rows)
        splits = selection.load(seed)
        outcome = train(family, splits, EMBEDDED, bootstrap.options, seed, selection=selection)
        promotion = promote(connect().get_run(outcome.run_id), name, force=_REASON)
        reasons = promotion.verdict.reasons if promotion.verdict is not None else ()
        version = promotion.model.version
        yield Promoted(name, version, len(splits.test), outcome, reasons)
