"""Pictures of a report: curves of several models in one plot."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from training.reports.reported_runs import ReportedRun


def draw_precision_recalls(runs: Mapping[str, ReportedRun]) -> Figure:
    """The highest precision of each family at each recall."""
    figure = Figure(figsize=(6.5, 4.5), layout="constrained")
    axes = figure.subplots()
    for family, run in runs.items():
        curve = (run.analysis or {})["precision_recall"]
        axes.plot(curve["recall"], curve["precision"], label=_legend(family, run))
    axes.set(xlabel="recall of positive", ylabel="precision of positive", xlim=(0, 1.01))
    axes.set_title("Precision and recall on the test split")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left")
    return figure


def draw_reliabilities(runs: Mapping[str, ReportedRun]) -> Figure:
    """Share of positives against the mean probability, in bins of equally many tweets."""
    figure = Figure(figsize=(6.5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="perfectly calibrated")
    for family, run in runs.items():
        curve = (run.analysis or {})["reliability"]
        axes.plot(
            curve["probability"],
            curve["positive"],
            marker="o",
            markersize=4,
            label=_legend(family, run),
        )
    axes.set(xlabel="probability of positive", ylabel="share of positives")
    axes.set_title("Reliability on the test split")
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left")
    return figure


def _legend(family: str, run: ReportedRun) -> str:
    return f"{family} ({run.tags['checkpoint']})"
