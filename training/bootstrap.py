"""From an empty model store to champions of every family, on the embedded data set."""

from collections.abc import Iterator, Sequence

from models.registry import FAMILIES
from training.data.selection import EMBEDDED, load_splits
from training.fitting.train import train
from training.promotion.promote import promote
from training.promotion.signing_key import require_signing_key
from training.tracking.mlflow_runs import connect

# A model that breaks floors is better than none. The output names the broken floors.
_REASON = "bootstrap: the store has no other champion"


def train_and_promote(families: Sequence[str], seed: int) -> Iterator[str]:
    """Train and promote a champion of each family. Yields lines about each champion.

    Raises ``PromotionError`` before any training if the key of the signatures cannot be used.
    """
    require_signing_key()
    for name in families:
        family = FAMILIES[name]
        bootstrap = family.bootstrap()
        splits = load_splits(EMBEDDED, None, None, seed, source_rows=bootstrap.source_rows)
        outcome = train(family, splits, EMBEDDED, bootstrap.options, seed)
        promotion = promote(connect().get_run(outcome.run_id), name, force=_REASON)
        verdict = promotion.verdict
        if verdict is not None and verdict.reasons:
            yield f"{name} breaks floors of the gate: {'; '.join(verdict.reasons)}"
        yield (
            f"{name} ({outcome.checkpoint}): ROC-AUC {outcome.intervals['roc_auc']} on "
            f"{len(splits.test)} test tweets, trained in {outcome.seconds:.0f} s, "
            f"promoted as version {promotion.champion.version}"
        )
