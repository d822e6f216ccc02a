"""The splits of the data set that the data options of a command name."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from training.data.data_options import RECOGNISED, DataOptions
from training.data.files.bad_rows import SIDE_FILE
from training.data.files.s3_objects import SCHEME
from training.data.label_balance import check_labels, label_warnings
from training.data.labelled_files import load_labelled
from training.data.rated_splits import combine, load_rated_splits
from training.data.row_weights import weighted
from training.data.sources import Tweets, load_embedded, sample_balanced
from training.data.splits import Splits, split
from training.errors import DataError

EMBEDDED = "embedded"
_TRAIN_ONLY_SIDE_FILE = Path("bad_rows_train_only.csv")


@dataclass(frozen=True)
class RatedShare:
    """Weights with which ``combine`` adds rated texts to distantly labelled tweets."""

    weight: float = 0.0
    distant: float = 0.92


NO_RATED = RatedShare()


class DataSelection(BaseModel):
    """The data options of a training, which its run keeps. ``load`` gives the same splits again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: str = EMBEDDED
    train_only: str | None = None
    train_only_rows: int | None = None
    sample: int | None = None
    source_rows: int | None = None
    rated_weight: float = NO_RATED.weight
    distant_label: float = NO_RATED.distant
    options: DataOptions = RECOGNISED

    def load(self, seed: int) -> Splits:
        """The splits. Raises ``DataError``."""
        return load_splits(
            self.data,
            self.train_only,
            self.sample,
            seed,
            self.train_only_rows,
            RatedShare(self.rated_weight, self.distant_label),
            self.source_rows,
            self.options,
        )

    @property
    def absolute(self) -> "DataSelection":
        """The selection with absolute paths, which another working folder can read."""
        return self.model_copy(
            update={
                name: str(Path(place).absolute())
                for name in ("data", "train_only")
                if (place := getattr(self, name)) not in (None, EMBEDDED)
                and not place.startswith(SCHEME)
            }
        )


def load_splits(
    data: str,
    train_only: str | None,
    sample: int | None,
    seed: int,
    train_only_rows: int | None = None,
    rated: RatedShare = NO_RATED,
    source_rows: int | None = None,
    options: DataOptions = RECOGNISED,
) -> Splits:
    """Splits of the embedded data set or of files of one's own, the same for the same seed.

    - ``data``: "embedded", or a file, a folder or a glob;
    - ``train_only``: other files, for the training split alone;
    - ``train_only_rows``: number of their rows to draw at random;
    - ``sample``: size of a balanced sample of ``data``;
    - ``rated``: weights of the embedded texts that join the files;
    - ``source_rows``: most embedded texts of each source in the training split;
    - ``options``: columns and values of the files.

    Raises ``DataError``.
    """
    if data == EMBEDDED:
        if sample is not None or train_only is not None or options != RECOGNISED:
            raise DataError(
                "--sample, --train-only and the options of columns and values belong to files in "
                "--data"
            )
        return load_rated_splits(seed, source_rows=source_rows)
    splits = _split_files(data, train_only, sample, seed, train_only_rows, options)
    if not rated.weight:
        return splits
    return combine(
        splits, load_rated_splits(seed, source_rows=source_rows), rated.weight, rated.distant, seed
    )


def load_sided_splits(
    data: str,
    train_only: str | None,
    sample: int | None,
    seed: int,
    train_only_rows: int | None = None,
    options: DataOptions = RECOGNISED,
) -> Splits:
    """The splits of ``load_splits``, but only of positive and negative tweets."""
    return _split_files(data, train_only, sample, seed, train_only_rows, options, sided=True)


def _split_files(
    data: str,
    train_only: str | None,
    sample: int | None,
    seed: int,
    train_only_rows: int | None,
    options: DataOptions,
    *,
    sided: bool = False,
) -> Splits:
    surveys = []

    def load(place: str, side_file: Path = SIDE_FILE) -> Tweets:
        if place == EMBEDDED:
            return load_embedded()
        tweets, survey = load_labelled(place, options, side_file)
        surveys.append(survey)
        return tweets.sided() if sided else tweets

    tweets = load(data)
    check_labels(tweets, data)
    if sample is not None:
        tweets = sample_balanced(tweets, sample, seed)
    extra = load(train_only, _TRAIN_ONLY_SIDE_FILE) if train_only else None
    if extra is not None and train_only_rows is not None:
        rows = np.random.default_rng(seed).permutation(len(extra))[:train_only_rows]
        extra = extra.take(np.sort(rows))
    if extra is not None and tweets.shares is None:
        # A training split of three classes would have validation rows of two.
        extra = extra.sided()
    splits = split(tweets, seed, extra)
    if options.weight is not None:
        parts = [tweets] if extra is None else [tweets, extra]
        splits = replace(splits, train=weighted(splits.train, parts, options.weight, seed))
    if data != EMBEDDED:
        surveys[0].warnings += label_warnings(tweets, splits.validation.labels)
    return replace(splits, surveys=tuple(surveys))
