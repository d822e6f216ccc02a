"""``python -m training drift``: tweets compared with a model's reference."""

from pathlib import Path
from typing import Annotated

import typer

from models.registry import FAMILIES, family_named
from training.commands.champions import require_champions
from training.commands.options.arguments import Seed, known_family
from training.commands.options.data_options import with_data_options
from training.commands.output.terminal import console
from training.data.data_options import DataOptions
from training.data.selection import load_splits
from training.data.sources import load_airline
from training.settings import feedback_database

drift_app = typer.Typer(
    help="Compare tweets with the reference that a model keeps of its training.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@drift_app.command("shift")
@with_data_options
def drift_shift(
    options: DataOptions,
    data: Annotated[
        str,
        typer.Option(
            metavar="PATH", help="Sentiment140: a sample of it is split into training and test."
        ),
    ],
    airline: Annotated[
        Path, typer.Option(help="Tweets.csv of the airline set, tweets of another kind.")
    ],
    family: Annotated[str, typer.Option(metavar="|".join(FAMILIES))] = "baseline",
    sample: Annotated[int, typer.Option(min=100, help="Rows of Sentiment140 to split.")] = 20_000,
    rows: Annotated[int, typer.Option(min=200, help="Tweets of each kind to compare.")] = 2000,
    seed: Seed = 7,
    document: Annotated[
        Path | None,
        typer.Option(help="Write the table between the marking lines of this file, too."),
    ] = None,
) -> None:
    """Measure the drift of airline tweets and of held-out Sentiment140 tweets."""
    from training.fitting.untracked import fit_untracked
    from training.reports.drift_study import draw, drift_table, measure_drift, write_study

    splits = load_splits(data, None, sample, seed, options=options)
    samples = [
        draw("held-out Sentiment140 tweets", splits.test.texts, rows, seed),
        draw("airline tweets", load_airline(airline).texts, rows, seed),
    ]
    model = fit_untracked(family_named(known_family(family)), splits, seed)
    reference = model.reference(splits)
    drifts = {sample.name: measure_drift(model.scorer, reference, sample) for sample in samples}
    text = (
        f"{family}, trained on {len(splits.train):,} tweets of Sentiment140; reference of "
        f"{reference.rows:,} others; {rows:,} tweets of each kind compared with it.\n\n"
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
    """Write a page that compares kept feedback texts with the champions' references."""
    from models.artifacts.folder import read_reference
    from training.reports.drift_report import compare_feedback
    from training.reports.drift_report import drift_report as report
    from training.reports.kept_feedback import read_kept_feedback

    sections, unreferenced = [], {}
    for name, champion in require_champions().items():
        reference = read_reference(champion.folder)
        if reference is None:
            unreferenced[name] = champion.version
            continue
        feedback = read_kept_feedback(database or feedback_database(), name)
        sections.append(compare_feedback(champion, reference, feedback))
    output.write_text(report(sections, unreferenced), encoding="utf-8")
    console.print(f"{sum(len(section.feedback) for section in sections)} kept texts: {output}")
