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
        help="embedded: 23,703 texts of four sources with the ratings of their readers, which pip "
        "brings; else the path of Sentiment140 (.csv, .csv.gz or .zip in the official layout).",
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
SourceRows = Annotated[
    int | None,
    typer.Option(min=100, help="Train on this many rated texts of each source, at most."),
]
RatedWeight = Annotated[
    float,
    typer.Option(
        min=0, help="Times that each rated text joins the rows of a Sentiment140 --data; 0: none."
    ),
]
DistantLabel = Annotated[
    float,
    typer.Option(
        min=0.5, max=1, help="With --rated-weight: P of the label that an emoticon gave a tweet."
    ),
]
PromisedPrecision = Annotated[
    float,
    typer.Option(min=0.5, max=0.999, help="Precision that confident answers promise, at best."),
]
LeastPrecision = Annotated[
    float,
    typer.Option(min=0.5, max=0.999, help="Precision that confident answers promise, at least."),
]
PromisedShare = Annotated[
    float,
    typer.Option(
        min=0.01, max=0.99, help="Share of tweets with a label from which on the promise holds."
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of the splits and of the training.")]
FamilyName = Annotated[str, typer.Argument(metavar="|".join(FAMILIES), help="The family.")]


def known_family(family: str) -> str:
    try:
        return family_named(family).name
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
