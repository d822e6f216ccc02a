"""The commands of ``python -m training``."""

import logging
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.artifacts.folder import load_model
from models.artifacts.manifest import ModelFolderError
from models.artifacts.store import find_champion
from models.family import Interrupted
from models.registry import FAMILIES
from models.shares import positive_probability
from training.commands.arguments import (
    Data,
    FamilyName,
    Sample,
    Seed,
    TrainOnly,
    TrainOnlyRows,
    console,
    known_family,
)
from training.commands.drift import drift_app
from training.commands.grid import grid
from training.commands.reliability import reliability_app
from training.commands.train import train_app
from training.commands.tune import tune_app
from training.data.selection import EMBEDDED, load_splits
from training.data.sources import load_airline
from training.data.splits import digest
from training.errors import TrainingError

if TYPE_CHECKING:
    from training.promotion.gate import Verdict

_INTERRUPTED = 130

app = typer.Typer(
    help="Train, judge and promote tweet sentiment models.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(train_app, name="train")
app.add_typer(tune_app, name="tune")
app.add_typer(drift_app, name="drift")
app.add_typer(reliability_app, name="reliability")
app.command()(grid)


@app.command()
def evaluate(
    family: FamilyName,
    data: Data = EMBEDDED,
    train_only: TrainOnly = None,
    train_only_rows: TrainOnlyRows = None,
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
    from training.commands.tables import figures_table
    from training.evaluation.metrics import evaluate as evaluate_scores
    from training.evaluation.metrics import intervals

    champion = find_champion(known_family(family))
    if champion is None:
        raise TrainingError(f"{family} has no champion: python -m training promote {family}")
    # As it is served on a CPU, in 8 bits where promotion chose them.
    manifest, scorer = load_model(champion.folder, "onnx")
    if airline:
        tweets = load_airline(airline).sided()
        texts, labels, what = tweets.texts, tweets.labels, "airline rows"
    else:
        splits = load_splits(data, train_only, sample, seed, train_only_rows)
        if digest(splits.test) != champion.test_digest:
            raise TrainingError(
                f"{family} {champion.version} was trained on other splits: give the --data, "
                "--sample and --seed of its run"
            )
        test = splits.test
        texts, labels, what = test.texts, test.labels, "test rows"
    probabilities = positive_probability(scorer.score(texts))
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
    named: Annotated[
        str | None,
        typer.Option(
            "--run", metavar="RUN", help="This run (its id or the beginning) instead of the best."
        ),
    ] = None,
    metric: Annotated[
        str, typer.Option(help="The validation metric that decides; ties go to val_roc_auc.")
    ] = "val_precision_at_recall_80",
    split: Annotated[
        str | None,
        typer.Option(help="Digest of the validation split to compare on; default: the newest's."),
    ] = None,
    force: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            help="Promote although the gate refuses; the registry keeps the reason.",
        ),
    ] = None,
) -> None:
    """Make a family's best run the champion: alias in MLflow, copy in the BentoML model store.

    The gate prints the candidate's behaviour beside the champion's. It refuses a candidate that is
    worse on common rows, or breaks a floor of behaviour.
    """
    from training.promotion.promote import RefusedError, best_run, named_run
    from training.promotion.promote import promote as promote_run

    known_family(family)
    if named is not None and split:
        raise typer.BadParameter("--run names the run: there is no --split to choose one on")
    run = best_run(family, metric, split) if named is None else named_run(family, named)
    chosen = "as named" if named is not None else f"{metric} {run.data.metrics[metric]:.3f}"
    try:
        promotion = promote_run(run, family, force=force)
    except RefusedError as error:
        _print_verdict(error.verdict)
        raise
    if promotion.verdict:
        _print_verdict(promotion.verdict)
    champion = promotion.champion
    state = "is now" if promotion.changed else "already was"
    console.print(
        f"{family}: run {run.info.run_id[:8]} ({champion.manifest.checkpoint}, {chosen}) "
        f"{state} the champion, "
        f"version {champion.version} in the store, {promotion.registered_version} in the registry"
    )
    if promotion.quantization:
        console.print(str(promotion.quantization))


def _print_verdict(verdict: "Verdict") -> None:
    from training.behaviour.table import rates_table

    candidate, champion = verdict.candidate, verdict.champion
    console.print(rates_table(candidate.rates, champion.rates if champion else None))
    beside = f", the champion's {champion.roc_auc:.3f}" if champion else ""
    console.print(f"ROC-AUC on common rows {candidate.roc_auc:.3f}{beside}")
    for reason in verdict.reasons:
        console.print(f"against it: {reason}")


@app.command()
def runs(family: Annotated[str | None, typer.Argument(help="Only this family.")] = None) -> None:
    """Print the comparison table of all finished runs."""
    from training.commands.tables import runs_table
    from training.tracking.mlflow_runs import connect, finished_runs

    found = finished_runs(connect(), known_family(family) if family else None)
    champions = {
        name: champion.run_id for name in FAMILIES if (champion := find_champion(name)) is not None
    }
    console.print(runs_table(found, champions))


@app.command()
def results(
    document: Annotated[Path, typer.Argument(help="The Markdown file with the markers.")],
) -> None:
    """Write the champions' results into the table of a document."""
    from training.reports.results import replace_results, results_table
    from training.tracking.mlflow_runs import connect

    client = connect()
    champions = [champion for name in FAMILIES if (champion := find_champion(name)) is not None]
    if not champions:
        raise TrainingError("no champion is in the model store: python -m training bootstrap")
    replace_results(
        document, results_table([client.get_run(champion.run_id) for champion in champions])
    )


@app.command()
def report(
    runs: Annotated[
        list[str] | None,
        typer.Argument(help="Runs of the tracking store to report from now on; ids or beginnings."),
    ] = None,
    folder: Annotated[
        Path, typer.Option(help="Where the documents are; runs.csv is in its results.")
    ] = Path("docs"),
) -> None:
    """Write results.md, model_card.md and data_card.md, and keep the runs that they report."""
    from training.reports.report import write_report
    from training.reports.reported_runs import merge, read_runs, reported_as, write_runs
    from training.tracking.mlflow_runs import connect, run_beginning

    client = connect()
    named = [run_beginning(client, beginning) for beginning in runs or []]
    new = [reported for run in named for reported in reported_as(client, run)]
    reported = merge(read_runs(folder / "results"), new)
    if not reported:
        raise TrainingError("no run was reported before: name some, see python -m training runs")
    written = write_report(folder, reported)
    write_runs(folder / "results", reported)
    for path in written:
        console.print(f"wrote {path}")


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


def main() -> None:
    """Run a command; what a user can mend is one line on stderr and exit code 2."""
    _silence_libraries()
    try:
        app()
    except Interrupted:
        typer.echo("interrupted: the same command goes on from the last checkpoint", err=True)
        sys.exit(_INTERRUPTED)
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
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
