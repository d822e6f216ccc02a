"""Promotion: the best run of a family becomes its champion, in MLflow and in the model store."""

from dataclasses import dataclass
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from mlflow.entities import Run

from models.family import BACKENDS
from models.folder import load_model
from models.store import Champion, delete_model, find_champion, store_model
from training.errors import PromotionError
from training.tracking import connect, finished_runs, register_champion

# Where many runs share the best value, as on small data, the ranking as a whole decides.
_TIE_BREAK = "val_roc_auc"
_TOLERANCE = 1e-4


@dataclass(frozen=True)
class Promotion:
    champion: Champion
    registered_version: str
    changed: bool


def best_run(family: str, metric: str, validation_digest: str | None) -> Run:
    """The family's best finished run by ``metric`` among those judged on one validation split.

    Runs on different rows do not compare: an easy data set must not beat a hard one. The split is
    ``validation_digest`` (a prefix is enough), by default that of the newest finished run.
    """
    runs = finished_runs(connect(), family)
    if not runs:
        raise PromotionError(
            f"no finished run of {family}: train one with python -m training train {family}"
        )
    wanted = validation_digest or runs[0].data.tags["validation_digest"]
    runs = [run for run in runs if run.data.tags["validation_digest"].startswith(wanted)]
    if not runs:
        raise PromotionError(f"no finished run of {family} was judged on the split {wanted}")
    if len({run.data.tags["validation_digest"] for run in runs}) > 1:
        raise PromotionError(f"{wanted} names several validation splits: give more of the digest")
    runs = [run for run in runs if metric in run.data.metrics]
    if not runs:
        raise PromotionError(f"no run has the metric {metric}: see python -m training runs")
    return max(runs, key=lambda run: (run.data.metrics[metric], run.data.metrics[_TIE_BREAK]))


def promote(run: Run, family: str, proof_texts: list[str]) -> Promotion:
    """Make a run's model the champion, and prove that it scores in the store as it did in MLflow.

    Promoting the run that already is the champion changes nothing. Where the proof fails, the
    import is taken back and the former champion stays.
    """
    client = connect()
    champion = find_champion(family)
    if champion is not None and champion.run_id == run.info.run_id:
        version = register_champion(client, family, run)
        return Promotion(champion, version, changed=False)
    downloaded = mlflow.artifacts.download_artifacts(run.data.tags["model_uri"])
    (data,) = (path.parent for path in Path(downloaded).glob("data/*/manifest.json"))
    champion = store_model(
        data,
        {
            "run_id": run.info.run_id,
            "data_digest": run.data.tags["data_digest"],
            "validation_digest": run.data.tags["validation_digest"],
            "metrics": {name: round(value, 6) for name, value in run.data.metrics.items()},
        },
    )
    try:
        _prove_equal(run, champion, proof_texts)
    except BaseException:
        delete_model(champion)
        raise
    return Promotion(champion, register_champion(client, family, run), changed=True)


def _prove_equal(run: Run, champion: Champion, texts: list[str]) -> None:
    tracked = mlflow.pyfunc.load_model(run.data.tags["model_uri"])
    expected = tracked.predict(pd.DataFrame({"text": texts}))
    for backend in BACKENDS:
        _, scorer = load_model(champion.folder, backend)
        difference = float(np.abs(expected - scorer.score(texts)).max())
        if not difference <= _TOLERANCE:
            raise PromotionError(
                f"the imported {champion.name} ({backend}) scores otherwise than run "
                f"{run.info.run_id} (by {difference:.2g}): it was not promoted"
            )
