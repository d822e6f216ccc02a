"""Tuning: a search of a family's options by Optuna, on the validation split."""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mlflow
import optuna
from optuna.trial import TrialState
from optuna.visualization import matplotlib as plots

from models.family import Family
from models.search_ranges import SearchRange
from training.data.splits import Splits
from training.errors import TrainingError
from training.evaluation.metrics import precision_at_recall
from training.fitting.fitted_model import fit_classifier
from training.tracking.mlflow_runs import data_tags, log_data, tracked_run
from training.tracking.progress import TrackedProgress, tracked_progress

STORAGE = "sqlite:///optuna.db"
_METRIC = "val_precision_at_recall_80"
_PARENT = "run_id"
_ENDED = (TrialState.COMPLETE, TrialState.PRUNED)


class _TrialMonitor:
    """A ``Monitor`` that reports every epoch to Optuna and raises ``TrialPruned`` on its advice."""

    def __init__(self, progress: TrackedProgress, trial: optuna.Trial) -> None:
        self.batch = progress.batch
        self._progress = progress
        self._trial = trial

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        self._progress.epoch(epoch, metrics)
        if _METRIC in metrics:
            self._trial.report(metrics[_METRIC], epoch)
            if self._trial.should_prune():
                raise optuna.TrialPruned


def tune(
    family: Family, splits: Splits, source: str, fixed: Mapping[str, Any], trials: int, seed: int
) -> optuna.Study:
    """Search the options with the highest validation precision at recall 0.80.

    The sampler is a tree-structured Parzen estimator (Bergstra et al., 2011), the pruner a median
    pruner. ``optuna.db`` in the working folder keeps the study, named by family, data, seed and
    ``fixed`` options: the same call continues it until it has ``trials`` ended trials. Each trial
    is a nested MLflow run. The test split is not used.

    Raises ``TrainingError`` if every searched option is fixed, or no trial completes.
    """
    ranges = _ranges(family, fixed)
    described = json.dumps([splits.digest, seed, dict(fixed)], sort_keys=True)
    name = f"{family.name}-{hashlib.sha256(described.encode()).hexdigest()[:12]}"
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        storage=STORAGE, study_name=name, direction="maximize", load_if_exists=True
    )
    begun = len(study.get_trials(deepcopy=False))
    # With the seed alone, a continued study would repeat its first trials.
    study.sampler = optuna.samplers.TPESampler(seed=seed + begun)
    study.pruner = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=1)
    tags = {**data_tags(source, splits), "study": name}
    remaining = trials - len(study.get_trials(deepcopy=False, states=_ENDED))
    with tracked_run(family.name, tags, study.user_attrs.get(_PARENT)) as run_id:
        study.set_user_attr(_PARENT, run_id)
        log_data(source, splits)

        def objective(trial: optuna.Trial) -> float:
            options = {
                **fixed,
                **{option: _suggest(trial, option, ranges[option]) for option in ranges},
            }
            return _try_options(family, splits, options, seed, trial, tags)

        if remaining > 0:
            study.optimize(objective, n_trials=remaining)
        completed = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        if not completed:
            raise TrainingError("no trial completed: give more --trials")
        mlflow.log_metric(f"best_{_METRIC}", study.best_value)
        mlflow.log_dict({**fixed, **study.best_params}, "best_options.json")
        _log_plots(study, len(completed))
    return study


def _ranges(family: Family, fixed: Mapping[str, Any]) -> dict[str, SearchRange]:
    """Search range of each option that is not fixed."""
    ranges = {
        name: field.json_schema_extra["search"]
        for name, field in family.options.model_fields.items()
        if name not in fixed and isinstance(field.json_schema_extra, dict)
    }
    if not ranges:
        raise TrainingError("every option with a search range was given: nothing to search")
    return ranges  # type: ignore[return-value]


def _suggest(trial: optuna.Trial, name: str, among: SearchRange) -> Any:
    if isinstance(among, list):
        return trial.suggest_categorical(name, among)
    low, high = among["low"], among["high"]
    if isinstance(low, int):
        return trial.suggest_int(name, low, int(high), log=among["log"])
    return trial.suggest_float(name, low, high, log=among["log"])


def _try_options(
    family: Family,
    splits: Splits,
    options: dict[str, Any],
    seed: int,
    trial: optuna.Trial,
    tags: dict[str, str],
) -> float:
    """Validation precision of one trial. Raises ``TrialPruned`` if the pruner ended the trial."""
    pruned = False
    with (
        tracked_run(family.name, {**tags, "trial": str(trial.number)}, nested=True),
        tracked_progress(f"{family.name} trial {trial.number}") as progress,
        tempfile.TemporaryDirectory() as work,
    ):
        mlflow.log_params({**options, "seed": seed})
        try:
            classifier = fit_classifier(
                family,
                splits.train,
                splits.deciding,
                family.options(**options),
                seed,
                _TrialMonitor(progress, trial),
                Path(work),
            )
        except optuna.TrialPruned:
            pruned = True
            mlflow.set_tag("pruned", "true")
        else:
            logits = classifier.logits(splits.validation.texts)
            value = precision_at_recall(splits.validation.labels, logits[:, -1] - logits[:, 0])
            mlflow.log_metric(_METRIC, value)
    if pruned:
        raise optuna.TrialPruned
    return value


def _log_plots(study: optuna.Study, completed: int) -> None:
    drawn = {"history": plots.plot_optimization_history(study)}
    if completed > 1:
        drawn["importance"] = plots.plot_param_importances(study)
    for name, axes in drawn.items():
        # Names of options are wider than the margin of a figure.
        mlflow.log_figure(
            axes.get_figure(root=True), f"{name}.png", save_kwargs={"bbox_inches": "tight"}
        )
