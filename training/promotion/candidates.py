"""The run that is promoted: the best of a family, a named run, or the challenger's."""

from math import isfinite

from mlflow.entities import Run

from models.artifacts.store import Alias
from training.errors import PromotionError
from training.evaluation.metrics import BETTER_WHEN_HIGHER
from training.tracking.mlflow_runs import connect
from training.tracking.registry import registered_version, rolled_back_runs
from training.tracking.run_search import finished_runs, run_by_prefix

# On small data many runs share the best value: ROC-AUC decides among them.
_TIE_BREAK = "val_roc_auc"
# Metrics of the validation split only: a choice by the test split would bias the test figures.
_DECIDING = tuple(f"val_{name}" for name in BETTER_WHEN_HIGHER)


def best_run(family: str, metric: str, validation_digest: str | None) -> Run:
    """The family's best finished run by ``metric``, among the runs of one validation split.

    ``validation_digest`` or a prefix of it names the split, by default that of the newest finished
    run. Figures on different rows cannot be compared: an easy data set would beat a hard data set.
    Runs that were rolled back are left out.

    Raises ``PromotionError`` if no run qualifies, or the prefix matches several splits.
    """
    if metric not in _DECIDING:
        raise PromotionError(f"{metric} cannot decide: choose one of {', '.join(_DECIDING)}")
    client = connect()
    runs = finished_runs(client, family)
    if not runs:
        raise PromotionError(
            f"no finished run of {family}: train one with python -m training train {family}"
        )
    split = validation_digest or runs[0].data.tags["validation_digest"]
    runs = [run for run in runs if run.data.tags["validation_digest"].startswith(split)]
    if not runs:
        raise PromotionError(f"no finished run of {family} was judged on the split {split}")
    if len({run.data.tags["validation_digest"] for run in runs}) > 1:
        raise PromotionError(f"{split} names several validation splits: give more of the digest")
    runs = [run for run in runs if isfinite(run.data.metrics.get(metric, float("nan")))]
    if not runs:
        raise PromotionError(f"no run has the metric {metric}: see python -m training runs")
    left_out = rolled_back_runs(client, family)
    runs = [run for run in runs if run.info.run_id not in left_out]
    if not runs:
        raise PromotionError(
            "every run of the split was rolled back: train another, or name one with --run"
        )
    return max(runs, key=lambda run: (run.data.metrics[metric], run.data.metrics[_TIE_BREAK]))


def named_run(family: str, name: str) -> Run:
    """The run of the family's challenger or champion, or the finished run with this id.

    ``name``: ``challenger``, ``champion``, or a run id or its beginning. Raises ``PromotionError``
    if no version has the alias, or if the run is of another family or kept no model.
    """
    client = connect()
    aliases: dict[str, Alias] = {"challenger": "challenger", "champion": "champion"}
    if name in aliases:
        version = registered_version(client, family, aliases[name])
        if version is None:
            raise PromotionError(
                f"{family} has no {name} in the registry: python -m training promote {family} "
                f"--alias {name} makes one"
            )
        return client.get_run(str(version.run_id))
    run = run_by_prefix(client, name)
    own = run.data.tags["family"]
    if own != family:
        raise PromotionError(f"the run {name} is of {own}, not of {family}")
    if "model_uri" not in run.data.tags:
        raise PromotionError(f"the run {name} kept no model: train one with its options")
    return run
