"""Documents written from the reported runs: results, model card, data card, pictures."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from models.registry import FAMILIES
from training.data.rated import SOURCES, load_rated
from training.data.selection import EMBEDDED
from training.errors import TrainingError
from training.evaluation.metrics import Interval
from training.reliability.figures_file import CONFIDENCE
from training.reports.aims import REFERENCES
from training.reports.report_pictures import draw_precision_recalls, draw_reliabilities
from training.reports.reported_runs import ReportedRun

_TEMPLATES = Path(__file__).parents[1] / "templates"
_DOCUMENTS = ("results.md", "model_card.md", "data_card.md")
_GRID = "grid"
_DECIDING = "val_precision_at_recall_80"


def write_report(folder: Path, runs: Sequence[ReportedRun]) -> list[Path]:
    """Write the documents into ``folder``, their pictures into ``folder/results``.

    Returns the paths of the documents. Raises ``TrainingError`` if no run is of a family.
    """
    studies = _studies([run for run in runs if run.tags["family"] in FAMILIES])
    grids = [run for run in runs if run.tags["family"] == _GRID and not run.tags["parent"]]
    if not studies or not (best := _best(studies[0])):
        raise TrainingError("a report needs a run of python -m training train: name one")
    pictures = folder / "results"
    pictures.mkdir(parents=True, exist_ok=True)
    draw_precision_recalls(best).savefig(pictures / "precision_recall.png", dpi=110)
    draw_reliabilities(best).savefig(pictures / "reliability.png", dpi=110)
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 the text is Markdown, and no value comes from outside
    )
    environment.filters["interval"] = _interval
    environment.filters["duration"] = _duration
    environment.filters["largest"] = largest
    written = []
    for name in _DOCUMENTS:
        text = environment.get_template(f"{name}.j2").render(
            studies=studies,
            grids=grids,
            runs=runs,
            best=best,
            slices=_slices(best),
            sources=_sources(),
            reliability=_reliability(folder),
            references=REFERENCES if studies[0][0].tags["data"] != EMBEDDED else (),
        )
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return written


def _sources() -> list[dict[str, Any]]:
    """Sizes, labels and agreement of each source of the rated data set."""
    rated = load_rated()
    sources = []
    for name in SOURCES:
        texts = rated.of_source(name)
        sources.append(
            {
                "name": name,
                "texts": len(texts),
                "positive": int((texts.labels == POSITIVE).sum()),
                "neutral": int((texts.labels == NEUTRAL).sum()),
                "negative": int((texts.labels == NEGATIVE).sum()),
                "disagreement": float(texts.disagreement.mean()),
                "majority": float(texts.shares.max(axis=1).mean()),
            }
        )
    return sources


def _reliability(folder: Path) -> dict[str, Any] | None:
    """Figures that ``python -m training reliability`` kept in the folder; None before it ran."""
    path = folder / CONFIDENCE
    kept: dict[str, Any] | None = json.loads(path.read_text()) if path.exists() else None
    return kept


def _studies(runs: Sequence[ReportedRun]) -> list[list[ReportedRun]]:
    """Runs by test split, the largest split first. In a split the highest ROC-AUC comes first."""
    by_split: dict[str, list[ReportedRun]] = {}
    for run in runs:
        by_split.setdefault(run.tags["test_digest"], []).append(run)
    for study in by_split.values():
        study.sort(key=lambda run: -run.metrics["test_roc_auc"])
    return sorted(by_split.values(), key=lambda study: -int(study[0].parameters["test_rows"]))


def largest(study: Sequence[ReportedRun]) -> ReportedRun:
    """The run with the most training rows."""
    return max(study, key=lambda run: int(run.parameters["train_rows"]))


def _best(study: Sequence[ReportedRun]) -> dict[str, ReportedRun]:
    """The run of each family with the best validation figure, among those with an analysis."""
    best: dict[str, ReportedRun] = {}
    for run in study:
        rival = best.get(run.tags["family"])
        if run.analysis is None:
            continue
        if rival is None or run.metrics[_DECIDING] > rival.metrics[_DECIDING]:
            best[run.tags["family"]] = run
    return best


def _slices(best: dict[str, ReportedRun]) -> dict[str, dict[str, Any]]:
    """Figures by slice, then by family, in the order of the slices."""
    slices: dict[str, dict[str, Any]] = {}
    for family, run in best.items():
        for name, figures in (run.analysis or {}).get("slices", {}).items():
            slices.setdefault(name, {})[family] = figures
    return slices


def _interval(run: ReportedRun, name: str) -> str:
    """A metric with its 95 % interval, if the run has one; "-" if the run lacks the metric."""
    value = run.metrics.get(name)
    if value is None:
        return "-"
    low, high = run.metrics.get(f"{name}_low"), run.metrics.get(f"{name}_high")
    return f"{value:.3f}" if low is None or high is None else str(Interval(value, low, high))


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
