"""Promotion: the best run of a family becomes its champion, in MLflow and in the model store."""

import shutil
import tempfile
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path

import numpy as np
from mlflow.entities import Run

from models.arrays import FloatArray
from models.artifacts.folder import load_model
from models.artifacts.manifest import ModelFolderError, check_model
from models.artifacts.signature import verify_model
from models.artifacts.store import StoredModel, find_champion, store_model
from models.family import BACKENDS, Quantizable
from models.registry import family_named
from training.data.rated import RatedTexts
from training.data.rated_splits import load_rated_splits
from training.errors import PromotionError
from training.evaluation.metrics import BETTER_WHEN_HIGHER
from training.promotion.gate import Verdict, compare
from training.promotion.quantization import Bounds, Quantization, quantize_within
from training.promotion.signing_key import require_signing_key
from training.settings import model_key
from training.tracking.artifacts import model_folder
from training.tracking.mlflow_runs import connect
from training.tracking.proof import proof_texts, recorded_scores
from training.tracking.registry import register_champion
from training.tracking.run_search import finished_runs, run_by_prefix

# On small data many runs share the best value: ROC-AUC decides among them.
_TIE_BREAK = "val_roc_auc"
# Metrics of the validation split only: a choice by the test split would bias the test figures.
_DECIDING = tuple(f"val_{name}" for name in BETTER_WHEN_HIGHER)
_TOLERANCE = 1e-4
BOUNDS = Bounds()


@dataclass(frozen=True)
class Promotion:
    """A promoted model; ``changed`` is False if the run was the champion already."""

    champion: StoredModel
    registered_version: str
    changed: bool
    quantization: Quantization | None = None
    verdict: Verdict | None = None


def best_run(family: str, metric: str, validation_digest: str | None) -> Run:
    """The family's best finished run by ``metric``, among the runs of one validation split.

    ``validation_digest`` or a prefix of it names the split, by default that of the newest finished
    run. Figures on different rows cannot be compared: an easy data set would beat a hard data set.

    Raises ``PromotionError`` if no run qualifies, or the prefix matches several splits.
    """
    if metric not in _DECIDING:
        raise PromotionError(f"{metric} cannot decide: choose one of {', '.join(_DECIDING)}")
    runs = finished_runs(connect(), family)
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
    return max(runs, key=lambda run: (run.data.metrics[metric], run.data.metrics[_TIE_BREAK]))


def named_run(family: str, run_id: str) -> Run:
    """The family's finished run whose id begins with ``run_id``.

    Raises ``PromotionError`` if the run is of another family or kept no model.
    """
    run = run_by_prefix(connect(), run_id)
    own = run.data.tags["family"]
    if own != family:
        raise PromotionError(f"the run {run_id} is of {own}, not of {family}")
    if "model_uri" not in run.data.tags:
        raise PromotionError(f"the run {run_id} kept no model: train one with its options")
    return run


def promote(run: Run, family: str, bounds: Bounds = BOUNDS, force: str | None = None) -> Promotion:
    """Make a run's model the champion, in MLflow's registry and in the BentoML model store.

    1. The model is copied. The copy must reproduce the scores that its run recorded.
    2. 8-bit weights are added if they keep to ``bounds``.
    3. The gate compares the copy with the champion and with the floors of behaviour. It refuses a
       worse copy with ``RefusedError``, unless ``force`` gives a reason. The registry keeps the
       reason.
    4. The copy is stored, signed and registered.

    A second promotion of the champion changes nothing. There are three exceptions: the champion's
    files were changed, its 8-bit weights were never measured, or the present key did not sign it.
    ``PromotionError`` leaves store and registry unchanged.
    """
    require_signing_key()
    client = connect()
    champion = _intact_champion(family)
    if (
        champion is not None
        and champion.run_id == run.info.run_id
        and _is_measured(champion)
        and _is_signed(champion)
    ):
        version = register_champion(client, family, run)
        measured = Quantization(**champion.int8) if champion.int8 else None
        return Promotion(champion, version, changed=False, quantization=measured)
    with tempfile.TemporaryDirectory() as scratch:
        # A copy, since 8-bit weights may be added.
        folder = Path(shutil.copytree(model_folder(client, run), Path(scratch) / "model"))
        _check_scores(recorded_scores(run), folder)
        quantization = quantize_within(bounds, folder)
        verdict = compare(family, folder, champion.folder if champion else None, common_rows)
        if verdict.reasons and not force:
            raise RefusedError(verdict)
        forced = {"forced": force} if verdict.reasons and force else {}
        champion = store_model(
            folder,
            {
                "run_id": run.info.run_id,
                "data": run.data.tags["data"],
                "data_digest": run.data.tags["data_digest"],
                "validation_digest": run.data.tags["validation_digest"],
                "test_digest": run.data.tags["test_digest"],
                "metrics": {name: round(value, 6) for name, value in run.data.metrics.items()},
                **({"int8": asdict(quantization)} if quantization else {}),
                **forced,
            },
            require_signing_key(),
        )
    version = register_champion(client, family, run, forced)
    return Promotion(champion, version, True, quantization, verdict)


def common_rows() -> RatedTexts:
    """The rated validation texts, on which every candidate and champion is judged."""
    rows = load_rated_splits(seed=7).rated_validation
    if rows is None:
        raise RuntimeError("the rated data set has no validation split")
    return rows


class RefusedError(PromotionError):
    """The gate refused a candidate; ``verdict`` has the figures of both models."""

    def __init__(self, verdict: Verdict) -> None:
        reasons = "; ".join(verdict.reasons)
        super().__init__(
            f"the gate refuses the run: {reasons}. The former champion stays. Train a better "
            "model, or give --force REASON"
        )
        self.verdict = verdict


def _is_measured(champion: StoredModel) -> bool:
    return champion.int8 is not None or not isinstance(family_named(champion.name), Quantizable)


def _is_signed(champion: StoredModel) -> bool:
    try:
        verify_model(champion.folder, model_key())
    except ModelFolderError:
        return False
    return True


def _intact_champion(family: str) -> StoredModel | None:
    """The champion; None if its files were changed after its promotion."""
    try:
        champion = find_champion(family)
        if champion is not None:
            check_model(champion.folder)
    except ModelFolderError:
        return None
    return champion


def _check_scores(recorded: FloatArray, folder: Path) -> None:
    """Raise ``PromotionError`` unless every backend reproduces the recorded scores."""
    for backend in BACKENDS:
        try:
            _, scorer = load_model(folder, backend)
        except ModelFolderError as error:
            raise PromotionError(
                f"the imported model ({backend}) cannot be loaded: {error}. It was not promoted. "
                "Train it again."
            ) from error
        difference = float(np.abs(recorded - scorer.score(proof_texts())).max())
        if not difference <= _TOLERANCE:
            raise PromotionError(
                f"the scores of the imported model ({backend}) differ by {difference:.2g} from "
                "the scores that its run recorded: it was not promoted. Train it again."
            )
