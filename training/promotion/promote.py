"""Promotion: a run's model becomes the champion or the challenger of its family."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from models.artifacts.manifest import ModelFolderError, check_model
from models.artifacts.signature import verify_model
from models.artifacts.store import Alias, StoredModel, delete_models, find_model, store_model
from models.family import Quantizable
from models.registry import family_named
from training.errors import PromotionError
from training.promotion.agreement import check_agreement
from training.promotion.feedback_evidence import recorded_evidence
from training.promotion.gate.evidence import FeedbackEvidence
from training.promotion.gate.held_out import GATE_SEED
from training.promotion.gate.report import log_report, write_report
from training.promotion.gate.verdict import Trained, Verdict, judge
from training.promotion.model_copy import copy_of_model, run_metadata
from training.promotion.quantization import Bounds, Quantization
from training.promotion.signing_key import require_signing_key
from training.settings import model_key
from training.tracking.changes import Change, Kind, now, record_change, record_former
from training.tracking.mlflow_runs import connect
from training.tracking.registry import (
    FORCED,
    begin_promotion,
    is_pending,
    register,
    registered_version,
    withdraw_alias,
)

BOUNDS = Bounds()


@dataclass(frozen=True)
class Promotion:
    """A promoted model; ``changed`` is False if the run had the alias already.

    ``verdict`` is None if the gate did not judge the run.
    """

    model: StoredModel
    registered_version: str
    changed: bool
    quantization: Quantization | None = None
    verdict: Verdict | None = None


class RefusedError(PromotionError):
    """The gate refused a candidate; ``verdict`` has its checks."""

    def __init__(self, verdict: Verdict, alias: Alias) -> None:
        reasons = "; ".join(verdict.reasons)
        super().__init__(
            f"the gate refuses the run: {reasons}. The former {alias} stays. Train a better "
            "model, or give --force REASON"
        )
        self.verdict = verdict


def promote(
    run: Run,
    family: str,
    bounds: Bounds = BOUNDS,
    *,
    alias: Alias = "champion",
    force: str | None = None,
    feedback: FeedbackEvidence | None = None,
    report: Path | None = None,
) -> Promotion:
    """Give a run's model an alias, in MLflow's registry and in the BentoML model store.

    1. The model is copied. The copy must reproduce the scores that its run recorded.
    2. 8-bit weights are added if they keep to ``bounds``.
    3. The gate judges the copy against the champion. The run gets the report as an artifact, and
       the file ``report`` is written. The gate refuses a worse copy with ``RefusedError``, unless
       ``force`` gives a reason, which the registry keeps.
    4. The copy is stored, signed and registered. The registry records the change. A challenger that
       becomes the champion is a challenger no more.

    ``feedback`` is what the candidate has learned from, and the feedback test set; by default that
    of the run.

    A promotion of the registry's champion is not judged again. It changes nothing, or it repairs
    the model store: files that were changed, 8-bit weights that were never measured, a signature by
    another key, or a champion that another machine promoted. ``PromotionError`` leaves store and
    registry unchanged.
    """
    require_signing_key()
    client = connect()
    run_id = run.info.run_id
    present, registered = _intact(family, alias), registered_version(client, family, alias)
    is_registered = registered is not None and registered.run_id == run_id
    if is_registered and registered is not None:
        if present is not None and present.run_id == run_id and _is_complete(present):
            measured = Quantization(**present.int8) if present.int8 else None
            return Promotion(present, str(registered.version), False, measured)
        forced = {FORCED: registered.tags[FORCED]} if FORCED in registered.tags else {}
        return _store(run, family, bounds, alias, forced, str(registered.version))
    champion = _intact(family, "champion")
    check_agreement(client, family, champion, run_id, force)
    if alias == "challenger" and champion is not None and champion.run_id == run_id:
        raise PromotionError(f"the run {run_id[:8]} is the champion of {family} already")
    if (
        present is not None
        and present.run_id == run_id
        and _is_complete(present)
        and is_pending(client, family, alias, run_id)
    ):
        return _finish(client, run, family, alias, present)
    with tempfile.TemporaryDirectory() as scratch:
        copied = copy_of_model(client, run, Path(scratch), bounds)
        verdict = judge(
            family,
            Trained(copied.folder, run_id, _seed(run)),
            None if champion is None else _trained(client, champion),
            feedback or recorded_evidence(run),
        )
        log_report(client, verdict, alias)
        if report is not None:
            write_report(verdict, report)
        if not verdict.passed and not force:
            raise RefusedError(verdict, alias)
        forced = {FORCED: force} if force and not verdict.passed else {}
        begin_promotion(client, family, alias, run_id)
        stored = store_model(
            copied.folder,
            {**run_metadata(run, copied.quantization), **forced},
            require_signing_key(),
            alias,
        )
    version = _register(client, run, family, alias, forced, verdict.figures())
    return Promotion(stored, version, True, copied.quantization, verdict)


def _store(
    run: Run,
    family: str,
    bounds: Bounds,
    alias: Alias,
    forced: Mapping[str, str],
    version: str,
) -> Promotion:
    """Take a registered model into the model store, without the gate."""
    with tempfile.TemporaryDirectory() as scratch:
        copied = copy_of_model(connect(), run, Path(scratch), bounds)
        metadata = {**run_metadata(run, copied.quantization), **forced}
        stored = store_model(copied.folder, metadata, require_signing_key(), alias)
    return Promotion(stored, version, True, copied.quantization)


def _finish(
    client: MlflowClient, run: Run, family: str, alias: Alias, stored: StoredModel
) -> Promotion:
    """Register a model that an interrupted promotion stored, after its gate."""
    forced = {FORCED: stored.forced} if stored.forced else {}
    version = _register(client, run, family, alias, forced, {})
    measured = Quantization(**stored.int8) if stored.int8 else None
    return Promotion(stored, version, True, measured)


def _register(
    client: MlflowClient,
    run: Run,
    family: str,
    alias: Alias,
    forced: Mapping[str, str],
    figures: Mapping[str, float],
) -> str:
    """Give the run's version the alias and record the change. Returns the version."""
    record_former(client, family)
    version = register(client, family, run, alias, forced)
    kind: Kind = "forced" if forced else "promoted"
    change = Change(
        at=now(),
        alias=alias,
        kind=kind,
        run_id=run.info.run_id,
        version=version,
        reason=forced.get(FORCED, ""),
        figures=dict(figures),
    )
    record_change(client, family, change)
    challenger = registered_version(client, family, "challenger")
    if alias == "champion" and challenger is not None and str(challenger.version) == version:
        withdraw_alias(client, family, "challenger")
        delete_models(family, "challenger")
    return version


def _is_complete(model: StoredModel) -> bool:
    """Whether 8-bit weights were measured, and the present key signed the model."""
    if model.int8 is None and isinstance(family_named(model.name), Quantizable):
        return False
    try:
        verify_model(model.folder, model_key())
    except ModelFolderError:
        return False
    return True


def _intact(family: str, alias: Alias) -> StoredModel | None:
    """The store's model with an alias; None if its files were changed after its promotion."""
    try:
        model = find_model(family, alias)
        if model is not None:
            check_model(model.folder)
    except ModelFolderError:
        return None
    return model


def _trained(client: MlflowClient, model: StoredModel) -> Trained:
    """A stored model. Without its run in the tracking store, its seed is the default."""
    try:
        seed = _seed(client.get_run(model.run_id))
    except MlflowException:
        seed = GATE_SEED
    return Trained(model.folder, model.run_id, seed)


def _seed(run: Run) -> int:
    return int(run.data.params.get("seed", GATE_SEED))
