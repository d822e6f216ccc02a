"""The runs that the documents report, kept in files that outlive a tracking store.

``runs.csv`` has a row for each run: tags, parameters, metrics. ``<run>.json`` beside it holds the
run's slices and curves. No file holds a tweet.
"""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Run

from models.registry import FAMILIES
from training.errors import TrainingError
from training.tracking.artifacts import artifact_names, load_artifact
from training.tracking.mlflow_runs import ANALYSIS
from training.tracking.run_search import nested_runs

_TABLE = "runs.csv"
_TAGS = {
    "family": "family",
    "checkpoint": "checkpoint",
    "classifier": "classifier",
    "features": "features",
    "parent": "mlflow.parentRunId",
    "command": "command",
    "data": "data",
    "data_digest": "data_digest",
    "validation_digest": "validation_digest",
    "test_digest": "test_digest",
}
_PARAMETER = "param."
_METRIC = "metric."


@dataclass(frozen=True)
class ReportedRun:
    """A run as the documents show it; ``analysis`` is None for a run of the grid."""

    run_id: str
    tags: dict[str, str]
    parameters: dict[str, str]
    metrics: dict[str, float]
    analysis: dict[str, Any] | None


def reported_as(client: MlflowClient, run: Run) -> list[ReportedRun]:
    """A run of the tracking store and the runs nested in it."""
    return [_from_mlflow(each) for each in (run, *nested_runs(client, run))]


def _from_mlflow(run: Run) -> ReportedRun:
    names = artifact_names(run)
    if run.data.tags["family"] in FAMILIES and ANALYSIS not in names:
        raise TrainingError(
            f"the run {run.info.run_id[:8]} cannot be reported: it has no {ANALYSIS}, as a trial "
            "of python -m training tune"
        )
    return ReportedRun(
        run.info.run_id,
        {name: run.data.tags.get(tag, "") for name, tag in _TAGS.items()},
        dict(run.data.params),
        {name: value for name, value in run.data.metrics.items() if not name.startswith("epoch_")},
        load_artifact(run, ANALYSIS) if ANALYSIS in names else None,
    )


def read_runs(folder: Path) -> list[ReportedRun]:
    """The runs that were reported before, the oldest report first."""
    if not (folder / _TABLE).exists():
        return []
    with (folder / _TABLE).open(newline="", encoding="utf-8") as file:
        return [_from_row(folder, row) for row in csv.DictReader(file)]


def merge(known: Iterable[ReportedRun], new: Iterable[ReportedRun]) -> list[ReportedRun]:
    """Known and new runs; a new version of a known run replaces it."""
    return list({run.run_id: run for run in [*known, *new]}.values())


def write_runs(folder: Path, runs: Iterable[ReportedRun]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for run in runs:
        rows.append(
            {
                "run_id": run.run_id,
                **run.tags,
                **{_PARAMETER + name: value for name, value in run.parameters.items()},
                **{_METRIC + name: f"{value:.6g}" for name, value in run.metrics.items()},
            }
        )
        if run.analysis is not None:
            content = json.dumps(run.analysis) + "\n"
            _analysis_file(folder, run.run_id).write_text(content, encoding="utf-8")
    own = sorted({name for row in rows for name in row} - {"run_id", *_TAGS})
    with (folder / _TABLE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["run_id", *_TAGS, *own], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _from_row(folder: Path, row: dict[str, str]) -> ReportedRun:
    def under(prefix: str) -> dict[str, str]:
        return {
            name.removeprefix(prefix): value
            for name, value in row.items()
            if name.startswith(prefix) and value
        }

    path = _analysis_file(folder, row["run_id"])
    return ReportedRun(
        row["run_id"],
        {name: row[name] for name in _TAGS},
        under(_PARAMETER),
        {name: float(value) for name, value in under(_METRIC).items()},
        json.loads(path.read_text(encoding="utf-8")) if path.exists() else None,
    )


def _analysis_file(folder: Path, run_id: str) -> Path:
    return folder / f"{run_id[:8]}.json"
