"""The splits of the data set that the data options of a command name."""

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
    """Weights with which ``combine`` adds rated texts to distantly labelled tweets."""

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
    """Splits of the embedded data set or of a Sentiment140 file, the same for the same seed.

    - ``train_only``: another Sentiment140 file, for the training split alone;
    - ``train_only_rows``: number of its rows to draw at random;
    - ``sample``: size of a balanced sample of ``data``;
    - ``rated``: weights of the rated texts that join Sentiment140;
    - ``source_rows``: most rated texts of each source in the training split.

    Raises ``DataError``.
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
    """The splits of ``load_splits``, but only of positive and negative tweets."""
    tweets = load_embedded() if data == EMBEDDED else load_sentiment140(Path(data))
    if sample is not None:
        tweets = sample_balanced(tweets, sample, seed)
    extra = load_sentiment140(train_only) if train_only else None
    if extra is not None and train_only_rows is not None:
        rows = np.random.default_rng(seed).permutation(len(extra))[:train_only_rows]
        extra = extra.take(np.sort(rows))
    return split(tweets, seed, extra)
