"""The results table of the README, written from MLflow and never by hand."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from mlflow.entities import Run

from training.reports.documents import replace_between

_BEGIN = "<!-- results: written by python -m training results -->"
_END = "<!-- end of results -->"
_COLUMNS = ("model", "checkpoint", "test tweets", "ROC-AUC", "precision at recall 0.80",
            "rated texts", "macro-recall", "confident positives: precision, recall",
            "trained in")  # fmt: skip


def results_table(runs: Sequence[Run]) -> str:
    """A Markdown table, one row a run, with 95 % bootstrap intervals."""
    rows = [_COLUMNS, ("---",) * len(_COLUMNS), *map(_row, runs)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def replace_results(document: Path, table: str) -> None:
    """Put the table between the document's two markers."""
    replace_between(document, _BEGIN, _END, table)


def _row(run: Run) -> tuple[str, ...]:
    figures = run.data.metrics

    def with_interval(name: str) -> str:
        low, high = figures[f"test_{name}_low"], figures[f"test_{name}_high"]
        return f"{figures[f'test_{name}']:.3f} [{low:.3f}, {high:.3f}]"

    rated = figures.get("rated_rows")
    return (
        run.data.tags["family"],
        run.data.tags["checkpoint"],
        run.data.params["test_rows"],
        with_interval("roc_auc"),
        with_interval("precision_at_recall_80"),
        f"{rated:,.0f}" if rated else "-",
        f"{figures['rated_macro_recall']:.3f}" if rated else "-",
        _confident(figures) if rated else "-",
        f"{figures['training_seconds']:.0f} s",
    )


def _confident(figures: Mapping[str, float]) -> str:
    """Precision, neutral texts as mistakes, at the promised share of positives; and recall."""
    recall = figures["rated_confident_positive_recall"]
    if not recall:
        return "none"
    return f"{figures['rated_confident_positive_precision_at_promise']:.3f}, {recall:.3f}"
