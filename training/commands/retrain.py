"""``python -m training retrain``: a challenger from the champion's data and the feedback."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from training.commands.champions import champion_of
from training.commands.options.arguments import (
    Airline,
    FamilyName,
    FeedbackDatabase,
    OwnData,
    known_family,
)
from training.commands.output.terminal import console
from training.data.sources import load_airline
from training.feedback.caps import FeedbackOptions
from training.settings import feedback_database

if TYPE_CHECKING:
    from mlflow.entities import Run

    from training.feedback.summary import FeedbackSummary

_REFUSED = 3
_DEFAULTS = FeedbackOptions()
_HELP = {name: field.description for name, field in FeedbackOptions.model_fields.items()}
_REASONS = {
    "dropped": "dropped by a person",
    "repetitions": "repetitions",
    "contradictions": "contradictory verdicts",
    "held_out": "texts of validation and test",
    "in_training": "texts of the training rows",
    "day": "above the cap of a day",
    "suspicious": "suspicious and not reviewed",
    "client": "above the cap of a client",
    "share": "above the share of feedback",
}


def retrain(
    family: FamilyName,
    feedback: FeedbackDatabase = None,
    data: OwnData = None,
    airline: Airline = None,
    weight: Annotated[float, typer.Option(min=0.01, help=_HELP["weight"])] = _DEFAULTS.weight,
    client_share: Annotated[
        float, typer.Option(min=0.001, max=1, help=_HELP["client_share"])
    ] = _DEFAULTS.client_share,
    day_rows: Annotated[int, typer.Option(min=1, help=_HELP["day_rows"])] = _DEFAULTS.day_rows,
    feedback_share: Annotated[
        float, typer.Option(min=0.001, max=0.9, help=_HELP["feedback_share"])
    ] = _DEFAULTS.feedback_share,
    report: Annotated[
        Path | None,
        typer.Option(help="Write the gate's table into this file, Markdown or .json."),
    ] = None,
) -> None:
    """Train a challenger: the champion's data and options, and consented feedback.

    The gate judges the challenger. Exit code 0: the challenger passed; 3: the gate refused it.
    """
    from models.registry import family_named
    from training.feedback.rows import check_labels, load_feedback
    from training.fitting.distillation import find_teacher
    from training.fitting.retraining import Retraining, feedback_until
    from training.fitting.train import train
    from training.tracking.mlflow_runs import connect
    from training.tracking.recorded_training import recorded_training

    champion = champion_of(known_family(family))
    url = feedback or feedback_database()
    options = FeedbackOptions(
        weight=weight,
        client_share=client_share,
        day_rows=day_rows,
        feedback_share=feedback_share,
    )
    client = connect()
    trained = recorded_training(client, family_named(family), champion.run_id)
    splits = trained.load_splits(data)
    with feedback_until(family, champion.run_id) as until:
        check_labels(url, splits.train, until, trained.seed)
        rows = load_feedback(url, splits, options, until, trained.seed)
        _print_summary(rows.summary)
        teacher = find_teacher(*trained.teacher, splits) if trained.teacher else None
        outcome = train(
            family_named(family),
            splits,
            trained.run.data.tags["data"],
            trained.options,
            trained.seed,
            airline=load_airline(airline) if airline else None,
            teacher=teacher,
            promise=trained.promise,
            selection=trained.selection,
            retraining=Retraining(champion.run_id, rows),
        )
    console.print(
        f"{family}: run {outcome.run_id[:8]} challenges {champion.run_id[:8]}, trained in "
        f"{outcome.seconds:.0f} s"
    )
    _promote_challenger(client.get_run(outcome.run_id), family, url, report)


def _promote_challenger(run: "Run", family: str, url: str, report: Path | None) -> None:
    """Let the gate judge the run. Exit code 3 if the gate refuses the run."""
    from training.commands.output.promotion_tables import print_verdict
    from training.promotion.feedback_evidence import recorded_evidence
    from training.promotion.promote import RefusedError, promote

    evidence = recorded_evidence(run, url)
    try:
        promotion = promote(run, family, alias="challenger", feedback=evidence, report=report)
    except RefusedError as error:
        print_verdict(error.verdict)
        typer.echo(f"the gate refuses the challenger: {'; '.join(error.verdict.reasons)}", err=True)
        raise typer.Exit(_REFUSED) from error
    if promotion.verdict:
        print_verdict(promotion.verdict)
    console.print(
        f"{family}: run {run.info.run_id[:8]} is now the challenger, version "
        f"{promotion.model.version} in the store, {promotion.registered_version} in the registry"
    )


def _print_summary(summary: "FeedbackSummary") -> None:
    console.print(
        f"feedback: {summary.rows} texts to learn ({summary.copies} rows beside "
        f"{summary.other_rows}), {summary.test_rows} in the feedback test set"
    )
    reasons = {reason: count for reason, count in summary.left_out.items() if count}
    if reasons:
        listed = ", ".join(f"{_REASONS[reason]} {count}" for reason, count in reasons.items())
        console.print(f"left out: {listed}")
