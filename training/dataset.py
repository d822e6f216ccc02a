"""The data set that a command names: what ``--data``, ``--train-only`` and ``--sample`` mean."""

from pathlib import Path

from training.data import load_embedded, load_sentiment140, sample_balanced
from training.splits import Splits, split

EMBEDDED = "embedded"


def load_splits(data: str, train_only: Path | None, sample: int | None, seed: int) -> Splits:
    """Splits of the embedded data set or of a Sentiment140 file, reproducible by the seed."""
    tweets = load_embedded() if data == EMBEDDED else load_sentiment140(Path(data))
    if sample is not None:
        tweets = sample_balanced(tweets, sample, seed)
    extra = load_sentiment140(train_only) if train_only else None
    return split(tweets, seed, extra)
