"""``python -m training drift``: tweets against the reference that a model keeps."""

from pathlib import Path
from typing import Annotated

import typer

from models.artifacts.folder import read_reference
from models.artifacts.store import find_champion
from models.registry import FAMILIES, family_named
from training.commands.arguments import Seed, console, known_family
from training.data.selection import load_splits
from training.data.sources import load_airline
from training.errors import TrainingError

drift_app = typer.Typer(
    help="Hold tweets against the reference that a model keeps of its training.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@drift_app.command("shift")
def drift_shift(
    data: Annotated[
        Path, typer.Option(help="Sentiment140: a sample is trained on, its test split held out.")
    ],
    airline: Annotated[Path, typer.Option(help="Tweets.csv of the airline set: another kind.")],
    family: Annotated[str, typer.Option(metavar="|".join(FAMILIES))] = "baseline",
    sample: Annotated[int, typer.Option(min=100, help="Rows of Sentiment140 to split.")] = 20_000,
    rows: Annotated[int, typer.Option(min=200, help="Tweets of each kind to compare.")] = 2000,
    seed: Seed = 7,
    document: Annotated[
        Path | None, typer.Option(help="Write the table between the markers of this file, too.")
    ] = None,
) -> None:
    """Show that the drift index rises for airline tweets and stays for held-out ones."""
    from training.reports.drift_study import (
        draw,
        drift_table,
        fit_with_reference,
        measure_drift,
        write_study,
    )

    splits = load_splits(str(data), None, sample, seed)
    samples = [
        draw("held-out Sentiment140 tweets", splits.test.texts, rows, seed),
        draw("airline tweets", load_airline(airline).texts, rows, seed),
    ]
    scorer, reference = fit_with_reference(family_named(known_family(family)), splits, seed)
    drifts = {sample.name: measure_drift(scorer, reference, sample) for sample in samples}
    text = (
        f"{family}, trained on {len(splits.train):,} tweets of Sentiment140; reference of "
        f"{reference.rows:,} others; {rows:,} tweets of each kind held against it.\n\n"
        f"{drift_table(drifts)}"
    )
    typer.echo(text)
    if document:
        write_study(document, text)


@drift_app.command("report")
def drift_report(
    output: Annotated[Path, typer.Option(help="The page to write.")] = Path("drift.html"),
    database: Annotated[
        str | None,
        typer.Option(help="SQLAlchemy address of the feedback store; by default the service's."),
    ] = None,
) -> None:
    """Write a page on the kept feedback texts against the champions' references."""
    from training.reports.drift_report import compare_feedback
    from training.reports.drift_report import drift_report as report
    from training.reports.kept_feedback import default_database, read_kept_feedback

    sections, unreferenced = [], {}
    for name in FAMILIES:
        champion = find_champion(name)
        if champion is None:
            continue
        reference = read_reference(champion.folder)
        if reference is None:
            unreferenced[name] = champion.version
            continue
        feedback = read_kept_feedback(database or default_database(), name)
        sections.append(compare_feedback(champion, reference, feedback))
    if not sections and not unreferenced:
        raise TrainingError("no champion is in the model store: python -m training bootstrap")
    output.write_text(report(sections, unreferenced), encoding="utf-8")
    console.print(f"{sum(len(section.feedback) for section in sections)} kept texts: {output}")
