"""Tables for the terminal: runs, figures of one model, trials."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich import box
from rich.markup import escape
from rich.table import Table

from models.reader_shares import READERS

if TYPE_CHECKING:
    from mlflow.entities import Run
    from optuna import Study

    from models.answers import Answer
    from training.bootstrap import Promoted
    from training.evaluation.metrics import Interval

_COMPARED = (
    "val_precision_at_recall_80",
    "val_roc_auc",
    "test_precision",
    "test_recall",
    "test_f1",
    "test_accuracy",
    "test_roc_auc",
    "test_average_precision",
)

_SUMMARIZED = ("roc_auc", "precision_at_recall_80")


def runs_table(runs: "Iterable[Run]", champions: Mapping[str, str]) -> Table:
    """One row for each run; ``champions`` maps a family to the run id of its champion."""
    table = Table(box=box.SIMPLE_HEAD, caption="* champion; the split is that of validation")
    for heading in ("run", "family", "checkpoint", "split", "finished"):
        table.add_column(heading, no_wrap=True)
    for name in _COMPARED:
        table.add_column(name.replace("_", " "), justify="right")
    for run in runs:
        family, tags = run.data.tags["family"], run.data.tags
        star = "*" if champions.get(family) == run.info.run_id else ""
        finished = datetime.fromtimestamp(run.info.end_time / 1000, UTC)
        table.add_row(
            run.info.run_id[:8] + star,
            family,
            tags.get("checkpoint", ""),
            tags["validation_digest"][:8],
            f"{finished:%Y-%m-%d %H:%M}",
            *(f"{run.data.metrics.get(name, float('nan')):.3f}" for name in _COMPARED),
        )
    return table


def figures_table(title: str, intervals: "Mapping[str, Interval]") -> Table:
    """One row for each figure with its interval."""
    table = Table("figure", "value [95 % interval]", title=title, box=box.SIMPLE_HEAD)
    for name, interval in intervals.items():
        table.add_row(name.replace("_", " "), str(interval))
    return table


def answers_table(title: str, answers: "Iterable[tuple[str, Answer]]") -> Table:
    """One row for each text with its answer."""
    table = Table(title=title, box=box.SIMPLE_HEAD)
    table.add_column("text", overflow="fold")
    for heading in ("label", "probability of positive", "confident", *READERS):
        table.add_column(heading, justify="right")
    for text, answer in answers:
        shares = answer.readers or ()
        table.add_row(
            escape(text),
            answer.label,
            f"{answer.probability:.3f}",
            "yes" if answer.confident else f"no: {answer.doubt}",
            *(f"{share:.0%}" for share in shares),
        )
    return table


def champions_table(promoted: "Sequence[Promoted]") -> Table:
    """One row for each new champion, with its figures on the test tweets."""
    table = Table(box=box.SIMPLE_HEAD, title="new champions, figures [95 % interval]")
    for heading in ("family", "checkpoint", "test tweets", *_SUMMARIZED, "trained in", "version"):
        table.add_column(heading.replace("_", " "))
    for champion in promoted:
        outcome = champion.outcome
        table.add_row(
            champion.family,
            outcome.checkpoint,
            str(champion.test_tweets),
            *(str(outcome.intervals[name]) for name in _SUMMARIZED),
            f"{outcome.seconds:.0f} s",
            champion.version,
        )
    return table


def trials_table(study: "Study") -> Table:
    """One row for each trial of a tuning study, the best first."""
    table = Table(box=box.SIMPLE_HEAD, title=f"study {study.study_name}")
    table.add_column("trial")
    options = sorted({name for trial in study.trials for name in trial.params})
    for heading in (*options, "val precision at recall 80", "state"):
        table.add_column(heading.replace("_", " "), justify="right")
    for trial in sorted(study.trials, key=lambda trial: -(trial.value or 0)):
        values = [trial.params.get(name, "") for name in options]
        table.add_row(
            str(trial.number),
            *(f"{value:.3g}" if isinstance(value, float) else str(value) for value in values),
            "" if trial.value is None else f"{trial.value:.3f}",
            trial.state.name.lower(),
        )
    return table
