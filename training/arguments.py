"""Arguments and options that several commands of ``python -m training`` take."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from models.registry import FAMILIES, family_named

console = Console(width=None if sys.stdout.isatty() else 200)

Data = Annotated[
    str,
    typer.Option(
        metavar="embedded|PATH",
        help="embedded: 3,687 rated tweets that pip brings; else the path of Sentiment140 "
        "(.csv, .csv.gz or .zip in the official layout).",
    ),
]
TrainOnly = Annotated[
    Path | None,
    typer.Option(help="More Sentiment140 rows, which never enter validation or test."),
]
TrainOnlyRows = Annotated[
    int | None, typer.Option(min=1, help="Draw this many of the --train-only rows at random.")
]
Sample = Annotated[
    int | None, typer.Option(min=100, help="Draw a balanced sample of this many rows first.")
]
Airline = Annotated[
    Path | None,
    typer.Option(help="Tweets.csv of the airline set: judged on as well, never trained with."),
]
TeacherRun = Annotated[
    str | None,
    typer.Option(
        metavar="RUN",
        help="Learn what this run's model says of the training tweets (distillation).",
    ),
]
TeacherWeight = Annotated[
    float, typer.Option(min=0, max=1, help="Share of the teacher, beside the labels.")
]
Seed = Annotated[int, typer.Option(help="Seed of the splits and of the training.")]
FamilyName = Annotated[str, typer.Argument(metavar="|".join(FAMILIES), help="The family.")]


def known_family(family: str) -> str:
    try:
        return family_named(family).name
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
