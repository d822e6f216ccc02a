"""The results table of the README, written from the MLflow runs of the champions."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from mlflow.entities import Run

from training.evaluation.metrics import Interval
from training.markdown import markdown_table, replace_between

_BEGIN = "<!-- results: written by python -m training results -->"
_END = "<!-- end of results -->"
_COLUMNS = ("model", "checkpoint", "test tweets", "ROC-AUC", "precision at recall 0.80",
            "rated texts", "macro-recall", "confident positives: precision, recall",
            "trained in")  # fmt: skip


def results_table(runs: Sequence[Run]) -> str:
    """A Markdown table with a row for each run and 95 % bootstrap intervals."""
    return markdown_table(_COLUMNS, map(_row, runs), text_columns=len(_COLUMNS))


def replace_results(document: Path, table: str) -> None:
    """Write the table between the two marking lines of the document."""
    replace_between(document, _BEGIN, _END, table)


def _row(run: Run) -> tuple[str, ...]:
    figures = run.data.metrics

    def with_interval(name: str) -> str:
        metric = f"test_{name}"
        return str(Interval(figures[metric], figures[f"{metric}_low"], figures[f"{metric}_high"]))

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
    """Precision and recall of confident positives, or "none".

    The precision is that at the promised share of positives, with neutral texts as mistakes.
    """
    recall = figures["rated_confident_positive_recall"]
    if not recall:
        return "none"
    return f"{figures['rated_confident_positive_precision_at_promise']:.3f}, {recall:.3f}"
