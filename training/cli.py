"""The commands of ``python -m training``."""

import inspect
import logging
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ValidationError
from rich.console import Console

from models.family import Family
from models.folder import ModelFolderError, load_model, read_reference
from models.registry import FAMILIES, family_named
from models.store import find_champion
from training.data import load_airline
from training.dataset import EMBEDDED, load_splits
from training.errors import TrainingError

app = typer.Typer(
    help="Train, judge and promote tweet sentiment models.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
train_app = typer.Typer(
    help="Train one model of a family and track it in MLflow. Each family has options of its own.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(train_app, name="train")
drift_app = typer.Typer(
    help="Hold tweets against the reference that a model keeps of its training.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(drift_app, name="drift")
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
Sample = Annotated[
    int | None, typer.Option(min=100, help="Draw a balanced sample of this many rows first.")
]
Seed = Annotated[int, typer.Option(help="Seed of the splits and of the training.")]
FamilyName = Annotated[str, typer.Argument(metavar="|".join(FAMILIES), help="The family.")]


def _train_command(family: Family) -> Callable[..., None]:
    """A command whose options are the common ones and the fields of the family's own."""

    def command(
        data: str, train_only: Path | None, sample: int | None, seed: int, **chosen: Any
    ) -> None:
        from training.tables import figures_table
        from training.train import train

        options = _options(family, chosen)
        splits = load_splits(data, train_only, sample, seed)
        outcome = train(family, splits, data, options, seed)
        title = f"{family.name} ({outcome.checkpoint}) on {len(splits.test)} test rows"
        console.print(figures_table(title, outcome.test, outcome.intervals))
        console.print(f"run {outcome.run_id}, trained in {outcome.seconds:.0f} s")

    common = [
        ("data", Data, EMBEDDED),
        ("train_only", TrainOnly, None),
        ("sample", Sample, None),
        ("seed", Seed, 7),
    ]
    own = [
        (name, Annotated[field.annotation, typer.Option(help=field.description)], field.default)
        for name, field in family.options.model_fields.items()
    ]
    parameters = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )
        for name, annotation, default in common + own
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {name: annotation for name, annotation, _ in common + own}
    return command


def _options(family: Family, chosen: dict[str, Any]) -> BaseModel:
    try:
        return family.options(**chosen)
    except ValidationError as error:
        first = error.errors()[0]
        option = str(first["loc"][0]).replace("_", "-")
        raise typer.BadParameter(first["msg"], param_hint=f"--{option}") from error


for _family in FAMILIES.values():
    train_app.command(_family.name, help=_family.summary + ".")(_train_command(_family))


@app.command()
def evaluate(
    family: FamilyName,
    data: Data = EMBEDDED,
    train_only: TrainOnly = None,
    sample: Sample = None,
    airline: Annotated[
        Path | None,
        typer.Option(help="Judge on this Tweets.csv (positive against negative) instead."),
    ] = None,
    seed: Seed = 7,
) -> None:
    """Judge a family's champion on the test split that its run kept, or on the airline set.

    Name the data as in training: other splits would hold rows that it was trained on.
    """
    from training.metrics import evaluate as evaluate_scores
    from training.metrics import intervals
    from training.tables import figures_table

    champion = find_champion(_known(family))
    if champion is None:
        raise TrainingError(f"{family} has no champion: python -m training promote {family}")
    manifest, scorer = load_model(champion.folder)
    if airline:
        tweets = load_airline(airline)
        texts, labels, what = tweets.texts, tweets.labels, "airline rows"
    else:
        splits = load_splits(data, train_only, sample, seed)
        if splits.digest != champion.data_digest:
            raise TrainingError(
                f"{family} {champion.version} was trained on other splits: give the --data, "
                "--train-only, --sample and --seed of its run"
            )
        test = splits.test
        texts, labels, what = test.texts, test.labels, "test rows"
    probabilities = scorer.score(texts)
    console.print(
        figures_table(
            f"{family} {champion.version} ({manifest.checkpoint}) on {len(texts)} {what}",
            evaluate_scores(labels, probabilities, manifest.decision),
            intervals(labels, probabilities, manifest.decision, seed),
        )
    )


@app.command()
def promote(
    family: FamilyName,
    metric: Annotated[
        str, typer.Option(help="The validation metric that decides; ties go to val_roc_auc.")
    ] = "val_precision_at_recall_80",
    split: Annotated[
        str | None,
        typer.Option(help="Digest of the validation split to compare on; default: the newest's."),
    ] = None,
) -> None:
    """Make a family's best run the champion: alias in MLflow, copy in the BentoML model store."""
    from training.promote import best_run
    from training.promote import promote as promote_run

    run = best_run(_known(family), metric, split)
    promotion = promote_run(run, family)
    champion = promotion.champion
    state = "is now" if promotion.changed else "already was"
    console.print(
        f"{family}: run {run.info.run_id[:8]} ({champion.manifest.checkpoint}, "
        f"{metric} {run.data.metrics[metric]:.3f}) {state} the champion, "
        f"version {champion.version} in the store, {promotion.registered_version} in the registry"
    )


@app.command()
def runs(family: Annotated[str | None, typer.Argument(help="Only this family.")] = None) -> None:
    """Print the comparison table of all finished runs."""
    from training.tables import runs_table
    from training.tracking import connect, finished_runs

    found = finished_runs(connect(), _known(family) if family else None)
    champions = {
        name: champion.run_id for name in FAMILIES if (champion := find_champion(name)) is not None
    }
    console.print(runs_table(found, champions))


@app.command()
def results(
    document: Annotated[Path, typer.Argument(help="The Markdown file with the markers.")],
) -> None:
    """Write the champions' results into the table of a document."""
    from training.results import replace_results, results_table
    from training.tracking import connect

    client = connect()
    champions = [champion for name in FAMILIES if (champion := find_champion(name)) is not None]
    if not champions:
        raise TrainingError("no champion is in the model store: python -m training bootstrap")
    replace_results(
        document, results_table([client.get_run(champion.run_id) for champion in champions])
    )


@app.command()
def bootstrap(seed: Seed = 7) -> None:
    """Where the model store lacks a champion, train and promote one on the embedded data set."""
    missing = [name for name in FAMILIES if find_champion(name) is None]
    if not missing:
        console.print("every family has a champion in the model store")
        return
    console.print(f"training on the embedded data set: {', '.join(missing)}")
    from training.bootstrap import train_and_promote

    for line in train_and_promote(missing, seed):
        console.print(line)


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
    from training.drift import draw, drift_table, fit_with_reference, measure_drift, write_study

    splits = load_splits(str(data), None, sample, seed)
    samples = [
        draw("held-out Sentiment140 tweets", splits.test.texts, rows, seed),
        draw("airline tweets", load_airline(airline).texts, rows, seed),
    ]
    scorer, reference = fit_with_reference(family_named(_known(family)), splits, seed)
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
    from training.drift_report import compare_feedback
    from training.drift_report import drift_report as report
    from training.kept_feedback import default_database, read_kept_feedback

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


def _known(family: str) -> str:
    try:
        return family_named(family).name
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def main() -> None:
    """Run a command; what a user can mend is one line on stderr and exit code 2."""
    _silence_libraries()
    try:
        app()
    except (TrainingError, ModelFolderError, ModuleNotFoundError) as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(2)


def _silence_libraries() -> None:
    """Keep the terminal for what concerns the user: progress, results and our own warnings."""
    warnings.simplefilter("ignore")
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    for name in ("mlflow", "alembic", "torch.onnx", "transformers", "httpx", "absl"):
        logging.getLogger(name).setLevel(logging.ERROR)
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "ERROR")
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
