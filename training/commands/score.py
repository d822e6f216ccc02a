"""``python -m training score``: the answers to the rows of files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from models.cores import usable_cores
from models.family import Interrupted
from models.registry import DEFAULT_FAMILY, FAMILIES
from training.commands.champions import champion_of
from training.commands.options.arguments import known_family
from training.data.files.bad_rows import SIDE_FILE, Policy
from training.errors import TrainingError

if TYPE_CHECKING:
    from training.scoring.engine import Engine

_PICTURES = (".png", ".svg")


def score(
    source: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help="CSV, TSV, JSON Lines or Parquet, also .gz or .zip: a file, a folder, a glob in "
            "quotes, s3://BUCKET/KEY, or - for the standard input.",
        ),
    ],
    output: Annotated[
        str,
        typer.Argument(
            metavar="OUTPUT",
            help="A file or s3://BUCKET/KEY with the suffix .csv, .tsv, .jsonl or .parquet, or - "
            "for JSON Lines on the standard output. An existing output is replaced in the end.",
        ),
    ],
    model: Annotated[
        str, typer.Option(metavar="|".join(FAMILIES), help="The family that answers.")
    ] = DEFAULT_FAMILY,
    text_column: Annotated[
        str | None, typer.Option(help="Column of the texts; by default it is recognised.")
    ] = None,
    on_bad_rows: Annotated[
        Policy,
        typer.Option(
            help="A row without a usable text ends the command, or goes to OUTPUT.bad_rows.csv "
            "with its line and the reason."
        ),
    ] = "error",
    processes: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Processes or Ray actors that score, one thread each; by default one a core here.",
        ),
    ] = None,
    engine: Annotated[
        Literal["local", "ray"],
        typer.Option(help="Score in processes of this machine, or in actors of a Ray cluster."),
    ] = "local",
    address: Annotated[
        str | None,
        typer.Option(help="Address of a Ray cluster; by default Ray starts on this machine."),
    ] = None,
    gpus_per_actor: Annotated[
        float,
        typer.Option(min=0, help="GPUs of each Ray actor, which then scores with torch or Keras."),
    ] = 0.0,
    plot: Annotated[
        Path | None,
        typer.Option(help="Picture of the distribution of probabilities, .png or .svg."),
    ] = None,
) -> None:
    """Add a champion's answers to the rows of files.

    The same command resumes a run that was killed. Equal texts are scored once.
    """
    from training.commands.output.scoring import print_summary, scoring_progress
    from training.scoring.output_place import OutputPlace
    from training.scoring.score_files import ScoringRun, score_files

    if plot is not None and plot.suffix.lower() not in _PICTURES:
        raise TrainingError(f"{plot} is no picture: name a .png or .svg file")
    place = OutputPlace(output)
    champion = champion_of(known_family(model))
    number = processes or usable_cores()
    run = ScoringRun(source, place, champion, text_column, on_bad_rows)
    try:
        with (
            _engine(engine, champion.folder, number, address, gpus_per_actor) as scorers,
            scoring_progress() as progress,
        ):
            summary = score_files(run, scorers, progress)
    except KeyboardInterrupt:
        raise Interrupted from None
    title = f"{champion.name} {champion.version}"
    side_file = str(SIDE_FILE) if place.is_stream else place.side_file
    print_summary(summary, title, output, side_file)
    if plot is not None:
        from training.scoring.picture import draw_distribution

        draw_distribution(summary, title).savefig(plot)


def _engine(name: str, folder: Path, processes: int, address: str | None, gpus: float) -> "Engine":
    if name == "ray":
        from training.scoring.ray_engine import RayEngine

        return RayEngine(folder, processes, address, gpus)
    if address is not None or gpus:
        raise TrainingError("--address and --gpus-per-actor belong to --engine ray")
    from training.scoring.local_engine import LocalEngine

    return LocalEngine(folder, processes)
