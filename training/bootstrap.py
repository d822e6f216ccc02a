"""From an empty model store to champions of every family, on the embedded data set."""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from models.distilbert.checkpoints import SMALL_CHECKPOINT
from models.distilbert.family import DistilBertOptions
from models.registry import FAMILIES
from training.data.selection import EMBEDDED, load_splits
from training.fitting.train import train
from training.promotion.promote import promote
from training.tracking.mlflow_runs import connect

# Minutes instead of hours; the packaged checkpoint is named, so that setting up asks no model hub.
_OPTIONS: dict[str, BaseModel] = {
    "distilbert": DistilBertOptions(
        checkpoint=SMALL_CHECKPOINT,
        learning_rate=1.2e-4,
        schedule="linear",
        batch_size=16,
        accumulation=1,
        epochs=2,
    )
}
# Texts of each source that the transformer is trained on: five minutes on two cores, with bfloat16
# arithmetic and without.
_SOURCE_ROWS = {True: 3500, False: 1500}
# A service without a model helps nobody. The floors that it breaks are told.
_REASON = "bootstrap: the store has no other champion"


def bootstrap_options(family: str) -> BaseModel:
    """The options that the family is trained with on the embedded data set."""
    return _OPTIONS.get(family, FAMILIES[family].options())


def _source_rows(family: str) -> int | None:
    if family not in _OPTIONS:
        return None
    from models.distilbert.fine_tuning import trains_in_bfloat16

    return _SOURCE_ROWS[trains_in_bfloat16("auto")]


def train_and_promote(families: Sequence[str], seed: int) -> Iterator[str]:
    """A champion for each of the families; yields a line when one is done."""
    for name in families:
        splits = load_splits(EMBEDDED, None, None, seed, source_rows=_source_rows(name))
        options = bootstrap_options(name)
        outcome = train(FAMILIES[name], splits, EMBEDDED, options, seed)
        promotion = promote(connect().get_run(outcome.run_id), name, force=_REASON)
        verdict = promotion.verdict
        if verdict is not None and verdict.reasons:
            yield f"{name} breaks floors of the gate: {'; '.join(verdict.reasons)}"
        yield (
            f"{name} ({outcome.checkpoint}): ROC-AUC {outcome.intervals['roc_auc']} on "
            f"{len(splits.test)} test tweets, trained in {outcome.seconds:.0f} s, "
            f"promoted as version {promotion.champion.version}"
        )
