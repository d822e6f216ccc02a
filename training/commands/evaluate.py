"""``python -m training evaluate``: figures of a champion on held-out or airline tweets."""

from pathlib import Path
from typing import Annotated

import typer

from training.commands.champions import champion_of
from training.commands.options.arguments import (
    Data,
    FamilyName,
    Sample,
    Seed,
    TrainOnly,
    TrainOnlyRows,
    known_family,
)
from training.commands.options.data_options import with_data_options
from training.commands.output.terminal import console
from training.data.data_options import DataOptions
from training.data.selection import EMBEDDED, load_splits
from training.data.sources import load_airline
from training.data.splits import digest
from training.errors import TrainingError


@with_data_options
def evaluate(
    options: DataOptions,
    family: FamilyName,
    data: Data = EMBEDDED,
    train_only: TrainOnly = None,
    train_only_rows: TrainOnlyRows = None,
    sample: Sample = None,
    airline: Annotated[
        Path | None,
        typer.Option(help="Evaluate on this Tweets.csv instead, without its neutral tweets."),
    ] = None,
    seed: Seed = 7,
) -> None:
    """Evaluate a family's champion on the test split of its run, or on the airline set.

    Give the data options of the training: the champion was trained on rows of other test splits.
    """
    from models.artifacts.folder import load_model
    from models.reader_shares import positive_probability
    from training.commands.output.tables import figures_table
    from training.evaluation.metrics import intervals

    champion = champion_of(known_family(family))
    # The backend that serves on a CPU, with 8-bit weights if promotion kept them.
    manifest, scorer = load_model(champion.folder, "onnx")
    if airline:
        tweets = load_airline(airline).sided()
        texts, labels, kind = tweets.texts, tweets.labels, "airline rows"
    else:
        splits = load_splits(data, train_only, sample, seed, train_only_rows, options=options)
        if digest(splits.test) != champion.test_digest:
            raise TrainingError(
                f"{family} {champion.version} was trained on other splits: give the --data, "
                "--sample and --seed of its run"
            )
        texts, labels, kind = splits.test.texts, splits.test.labels, "test rows"
    probabilities = positive_probability(scorer.score(texts))
    console.print(
        figures_table(
            f"{family} {champion.version} ({manifest.checkpoint}) on {len(texts)} {kind}",
            intervals(labels, probabilities, manifest.decision, seed),
        )
    )
