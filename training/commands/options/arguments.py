"""Arguments and options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

from models.registry import FAMILIES, family_named

Data = Annotated[
    str,
    typer.Option(
        metavar="embedded|PATH",
        help="embedded: 23,703 texts of four sources with readers' ratings, downloaded by pip; "
        "else files of your own: the path of CSV, TSV, JSON Lines or Parquet, also .gz or .zip, of "
        "a folder, a glob, or s3://BUCKET/KEY.",
    ),
]
TrainOnly = Annotated[
    str | None,
    typer.Option(metavar="PATH", help="More files, of rows for the training split alone."),
]
TrainOnlyRows = Annotated[
    int | None, typer.Option(min=1, help="Number of --train-only rows, drawn at random.")
]
Sample = Annotated[
    int | None, typer.Option(min=100, help="Size of a balanced sample of the rows, drawn first.")
]
Airline = Annotated[
    Path | None,
    typer.Option(help="Tweets.csv of the airline set, for evaluation alone."),
]
TeacherRun = Annotated[
    str | None,
    typer.Option(
        metavar="RUN",
        help="Distil the model of this run: learn from its shares (id or beginning).",
    ),
]
TeacherWeight = Annotated[
    float, typer.Option(min=0, max=1, help="Weight of the teacher's shares against the labels.")
]
SourceRows = Annotated[
    int | None,
    typer.Option(min=100, help="Most rated texts of each source in the training split."),
]
RatedWeight = Annotated[
    float,
    typer.Option(min=0, help="Copies of each embedded text beside the files of --data; 0: none."),
]
DistantLabel = Annotated[
    float,
    typer.Option(
        min=0.5, max=1, help="With --rated-weight: probability of a label that an emoticon gave."
    ),
]
PromisedPrecision = Annotated[
    float,
    typer.Option(min=0.5, max=0.999, help="Highest precision that confident answers promise."),
]
LeastPrecision = Annotated[
    float,
    typer.Option(min=0.5, max=0.999, help="Lowest precision that confident answers promise."),
]
PromisedShare = Annotated[
    float,
    typer.Option(
        min=0.01, max=0.99, help="Lowest share of a label among tweets at which the promise holds."
    ),
]
FeedbackDatabase = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="SQLAlchemy address of the feedback store; by default the service's.",
    ),
]
OwnData = Annotated[
    str | None,
    typer.Option(
        metavar="PATH", help="The champion's data, if its files lie in another place now."
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of the splits and of the training.")]
FamilyName = Annotated[str, typer.Argument(metavar="|".join(FAMILIES), help="The family.")]


def known_family(family: str) -> str:
    """The family's name. Raises ``typer.BadParameter`` if it is unknown."""
    try:
        return family_named(family).name
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
