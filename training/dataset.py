"""The data set that a command names: what ``--data``, ``--train-only`` and ``--sample`` mean."""

from pathlib import Path

import numpy as np

from training.data import load_embedded, load_sentiment140, sample_balanced
from training.splits import Splits, split

EMBEDDED = "embedded"


def load_splits(
    data: str,
    train_only: Path | None,
    sample: int | None,
    seed: int,
    train_only_rows: int | None = None,
) -> Splits:
    """Splits of the embedded data set or of a Sentiment140 file, reproducible by the seed.

    ``train_only_rows``: so many rows of ``train_only``, drawn at random.
    """
    tweets = load_embedded() if data == EMBEDDED else load_sentiment140(Path(data))
    if sample is not None:
        tweets = sample_balanced(tweets, sample, seed)
    extra = load_sentiment140(train_only) if train_only else None
    if extra is not None and train_only_rows is not None:
        rows = np.random.default_rng(seed).permutation(len(extra))[:train_only_rows]
        extra = extra.take(np.sort(rows))
    return split(tweets, seed, extra)
