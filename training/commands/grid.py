"""``python -m training grid``: classifiers and features, compared by precision."""

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from models.family import Interrupted
from training.commands.options.arguments import Airline, Data, Sample, Seed, TrainOnly
from training.commands.options.data_options import with_data_options
from training.commands.output.survey_table import print_surveys
from training.commands.output.terminal import console
from training.data.data_options import DataOptions
from training.data.selection import EMBEDDED, load_sided_splits
from training.data.sources import load_airline
from training.errors import TrainingError

if TYPE_CHECKING:
    from training.fitting.grid import GridOutcome


@with_data_options
def grid(
    options: DataOptions,
    data: Data = EMBEDDED,
    train_only: TrainOnly = None,
    sample: Sample = None,
    airline: Airline = None,
    seed: Seed = 7,
) -> None:
    """Compare naive Bayes, linear SVM, logistic regression and random forest by precision.

    Each classifier is cross-validated on the training split, on bag of words and on TF-IDF. The
    most precise combination is fitted again and evaluated once on the test split. The random
    forest has 100 trees of depth 40, each grown on a quarter of the rows, and ends in minutes.
    """
    from training.commands.output.tables import figures_table
    from training.fitting.grid import run_grid

    splits = load_sided_splits(data, train_only, sample, seed, options=options)
    print_surveys(splits)
    airline_tweets = load_airline(airline).sided() if airline else None
    try:
        outcome = run_grid(splits, data, seed, airline_tweets)
    except Interrupted as error:
        raise TrainingError("interrupted: the same command starts the grid again") from error
    console.print(_grid_table(outcome, len(splits.train)))
    title = f"{outcome.winner.combination.name}, on {len(splits.test)} test rows"
    console.print(figures_table(title, outcome.intervals))
    console.print(
        f"run {outcome.run_id}, {outcome.seconds:.0f} s, "
        f"{outcome.peak_memory:.1f} GiB of memory at most"
    )


def _grid_table(outcome: "GridOutcome", rows: int) -> Table:
    """One row for each combination: mean ± standard deviation over the folds."""
    from training.fitting.grid import FIT_SECONDS, FOLDS, SCORES
    from training.fitting.grid_combinations import FOREST

    bounds = ", ".join(f"{name} {value}" for name, value in FOREST.items())
    table = Table(
        title=f"{FOLDS}-fold cross-validation on {rows} training rows",
        caption=f"* most precise; random forest bounded: {bounds}",
        box=box.SIMPLE_HEAD,
    )
    for heading in ("classifier", "features", "parameters"):
        table.add_column(heading, no_wrap=True)
    for name in (*SCORES, FIT_SECONDS):
        table.add_column(name.replace("_", " "), justify="right", no_wrap=True)
    for result in outcome.compared:
        parameters = result.parameters.items()
        table.add_row(
            result.combination.classifier + ("*" if result is outcome.winner else ""),
            result.combination.features,
            ", ".join(f"{name.split('__')[-1]} {value:g}" for name, value in parameters),
            *(f"{result.mean[name]:.3f} ± {result.sd[name]:.3f}" for name in SCORES),
            f"{result.mean[FIT_SECONDS]:.1f} ± {result.sd[FIT_SECONDS]:.1f}",
        )
    return table
