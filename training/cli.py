"""The command line ``python -m training``."""

import sys
from typing import NoReturn

import typer

from models.artifacts.manifest import ModelFolderError
from models.family import Interrupted
from training.commands.bootstrap import bootstrap
from training.commands.drift import drift_app
from training.commands.evaluate import evaluate
from training.commands.export import export
from training.commands.grid import grid
from training.commands.history import history
from training.commands.output.faults import explain_fault
from training.commands.output.terminal import silence_libraries
from training.commands.predict import predict
from training.commands.promote import promote
from training.commands.reliability import reliability_app
from training.commands.report import report
from training.commands.results import results
from training.commands.retrain import retrain
from training.commands.rollback import rollback
from training.commands.runs import runs
from training.commands.score import score
from training.commands.sign import sign
from training.commands.suspects import suspects
from training.commands.train import train_app
from training.commands.tune import tune_app
from training.errors import TrainingError
from training.settings import check_model_store

_INTERRUPTED = 130

app = typer.Typer(
    help="Train, evaluate and promote tweet sentiment models.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(train_app, name="train")
app.add_typer(tune_app, name="tune")
app.add_typer(drift_app, name="drift")
app.add_typer(reliability_app, name="reliability")
for command in (
    *(grid, evaluate, predict, score, export, promote, retrain, suspects, rollback, history),
    *(sign, runs, results, report, bootstrap),
):
    app.command()(command)


def main() -> None:
    """Run a command; an error that the user can correct is one line on stderr and exit code 2."""
    silence_libraries()
    try:
        check_model_store()
        app()
    except Interrupted:
        typer.echo("interrupted: the same command continues from the last checkpoint", err=True)
        sys.exit(_INTERRUPTED)
    except (TrainingError, ModelFolderError, ModuleNotFoundError) as error:
        _fail(str(error))
    except Exception as error:
        line = explain_fault(error)
        if line is None:
            raise
        _fail(line)


def _fail(line: str) -> NoReturn:
    typer.echo(f"error: {line}", err=True)
    sys.exit(2)
