"""``python -m training suspects``: suspicious labels of feedback, for a person's review."""

from datetime import UTC, datetime

import typer

from training.commands.champions import champion_of
from training.commands.options.arguments import FamilyName, FeedbackDatabase, OwnData, known_family
from training.commands.output.terminal import console
from training.settings import feedback_database


def suspects(
    family: FamilyName,
    feedback: FeedbackDatabase = None,
    data: OwnData = None,
) -> None:
    """Search the labels of consented feedback for errors, by cleanlab.

    Writes the suspicion of each label into the feedback database, and prints ids, never a text.
    A person decides in /admin/feedback.
    """
    from models.registry import family_named
    from training.feedback.rows import check_labels
    from training.tracking.mlflow_runs import connect
    from training.tracking.recorded_training import recorded_training

    champion = champion_of(known_family(family))
    trained = recorded_training(connect(), family_named(family), champion.run_id)
    splits = trained.load_splits(data)
    found = check_labels(
        feedback or feedback_database(), splits.train, datetime.now(UTC), trained.seed
    )
    suspected = {name: value for name, value in found.items() if value is not None}
    console.print(f"{len(found)} texts with a verdict, {len(suspected)} suspicious labels")
    for name, value in sorted(suspected.items(), key=lambda item: -item[1]):
        typer.echo(f"{name}  {value:.2f}")
