"""The data set that a command names: ``--data``, ``--train-only``, ``--sample`` and their like."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.data.rated_splits import combine, load_rated_splits
from training.data.sources import load_embedded, load_sentiment140, sample_balanced
from training.data.splits import Splits, split
from training.errors import DataError

EMBEDDED = "embedded"


@dataclass(frozen=True)
class RatedShare:
    """How rated texts join distantly labelled tweets (``data.rated_splits.combine``)."""

    weight: float = 0.0
    distant: float = 0.92


NO_RATED = RatedShare()


def load_splits(
    data: str,
    train_only: Path | None,
    sample: int | None,
    seed: int,
    train_only_rows: int | None = None,
    rated: RatedShare = NO_RATED,
    source_rows: int | None = None,
) -> Splits:
    """Splits of the embedded data set or of a Sentiment140 file, reproducible by the seed.

    The embedded data set has ratings, with neutral texts; ``source_rows``: so many texts of each of
    its sources to train on, at most. ``train_only_rows``: so many rows of ``train_only``, drawn at
    random.
    """
    if data == EMBEDDED:
        if sample is not None or train_only is not None:
            raise DataError("--sample and --train-only belong to a Sentiment140 file in --data")
        return load_rated_splits(seed, source_rows=source_rows)
    splits = load_sided_splits(data, train_only, sample, seed, train_only_rows)
    if not rated.weight:
        return splits
    return combine(
        splits, load_rated_splits(seed, source_rows=source_rows), rated.weight, rated.distant, seed
    )


def load_sided_splits(
    data: str,
    train_only: Path | None,
    sample: int | None,
    seed: int,
    train_only_rows: int | None = None,
) -> Splits:
    """The same with positive and negative tweets alone."""
    tweets = load_embedded() if data == EMBEDDED else load_sentiment140(Path(data))
    if sample is not None:
        tweets = sample_balanced(tweets, sample, seed)
    extra = load_sentiment140(train_only) if train_only else None
    if extra is not None and train_only_rows is not None:
        rows = np.random.default_rng(seed).permutation(len(extra))[:train_only_rows]
        extra = extra.take(np.sort(rows))
    return split(tweets, seed, extra)
