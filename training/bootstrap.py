"""From an empty model store to champions of every family, on the embedded data set."""

from collections.abc import Iterator, Sequence

from models.checkpoints import SMALL_CHECKPOINT
from models.distilbert import DistilBertOptions
from models.registry import FAMILIES
from training.dataset import EMBEDDED, load_splits
from training.promote import promote
from training.tracking import connect
from training.train import train

# Minutes instead of hours; the packaged checkpoint is named, so that setting up asks no model hub.
_OPTIONS = {
    "distilbert": DistilBertOptions(
        checkpoint=SMALL_CHECKPOINT,
        learning_rate=1e-4,
        schedule="linear",
        batch_size=16,
        accumulation=1,
        epochs=3,
    )
}


def train_and_promote(families: Sequence[str], seed: int) -> Iterator[str]:
    """A champion for each of the families; yields a line when one is done."""
    splits = load_splits(EMBEDDED, None, None, seed)
    for name in families:
        options = _OPTIONS.get(name, FAMILIES[name].options())
        outcome = train(FAMILIES[name], splits, EMBEDDED, options, seed)
        promotion = promote(connect().get_run(outcome.run_id), name)
        yield (
            f"{name} ({outcome.checkpoint}): ROC-AUC {outcome.intervals['roc_auc']} on "
            f"{len(splits.test)} test tweets, trained in {outcome.seconds:.0f} s, "
            f"promoted as version {promotion.champion.version}"
        )
