"""Data sets of labelled tweets: embedded, airline, TweetEval."""

import csv
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.downloads import DownloadError, pip_download
from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from training.data.files.data_file import find_files
from training.errors import DataError

_VADER = "vaderSentiment==3.3.2"
_VADER_FILE = "vaderSentiment-3.3.2.tar.gz"
_VADER_SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
STUDY = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
_RATED_TWEETS = "hutto_ICWSM_2014/tweets_GroundTruth.txt"
LEAST_MEAN_RATING = 0.3
_AIRLINE_LABELS = {"positive": POSITIVE, "negative": NEGATIVE, "neutral": NEUTRAL}
_TWEETEVAL_LABELS = {"0": NEGATIVE, "1": NEUTRAL, "2": POSITIVE}


@dataclass(frozen=True)
class Tweets:
    """Labelled tweets.

    - ``labels``: shape (n,), int8, of POSITIVE, NEGATIVE and NEUTRAL;
    - ``users``: None if unknown;
    - ``shares``: shape (n, 3), float32, of readers who call a tweet negative, neutral, positive;
      None if the labels are of two classes;
    - ``sources``: names of the rows' sources; None if unknown.
    """

    texts: list[str]
    labels: NDArray[np.int8]
    users: list[str | None]
    shares: FloatArray | None = None
    sources: list[str] | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: NDArray[np.intp]) -> "Tweets":
        return Tweets(
            [self.texts[row] for row in rows],
            self.labels[rows],
            [self.users[row] for row in rows],
            None if self.shares is None else self.shares[rows],
            None if self.sources is None else [self.sources[row] for row in rows],
        )

    def joined(self, other: "Tweets") -> "Tweets":
        """Both, with shares if either has them: a label without shares is the share 1."""
        shares = None
        if self.shares is not None or other.shares is not None:
            shares = np.concatenate([self.known_shares, other.known_shares])
        sources = None
        if self.sources is not None and other.sources is not None:
            sources = self.sources + other.sources
        return Tweets(
            self.texts + other.texts,
            np.concatenate([self.labels, other.labels]),
            self.users + other.users,
            shares,
            sources,
        )

    @property
    def known_shares(self) -> FloatArray:
        """``shares``, or the share 1 of each label, shape (n, 3), float32."""
        if self.shares is not None:
            return self.shares
        columns = np.array([NEGATIVE, NEUTRAL, POSITIVE])
        return np.asarray(self.labels[:, None] == columns, np.float32)

    def sided(self) -> "Tweets":
        """The positive and negative tweets, as two classes without shares."""
        sided = self.take(np.flatnonzero(self.labels != NEUTRAL))
        return replace(sided, shares=None)


def load_embedded() -> Tweets:
    """The 3,687 positive and negative tweets of the 4,200 of VADER (Hutto & Gilbert, ICWSM 2014).

    A tweet is positive if the mean of its 20 ratings from -4 to 4 is above 0.3, and negative if the
    mean is below -0.3. pip downloads the file with the source distribution of vaderSentiment (MIT).
    """
    with tarfile.open(vader_archive()) as package:
        study = io.BytesIO(read_member(package, STUDY))
    with tarfile.open(fileobj=study) as archive:
        lines = read_member(archive, _RATED_TWEETS).decode("utf-8").splitlines()
    texts, labels = [], []
    for line in lines:
        _, rating, text = line.split("\t")
        if abs(float(rating)) > LEAST_MEAN_RATING:
            texts.append(text)
            labels.append(float(rating) > 0)
    return Tweets(texts, np.array(labels, dtype=np.int8), [None] * len(texts))


def load_airline(path: Path) -> Tweets:
    """Twitter US Airline Sentiment (CrowdFlower, 2015), with neutral tweets.

    Raises ``DataError``.
    """
    texts, labels, users = [], [], []
    with _open_text(path) as file:
        reader = csv.DictReader(file, strict=True)
        if missing := {"airline_sentiment", "text", "name"} - set(reader.fieldnames or ()):
            raise DataError(f"{path} lacks the columns {', '.join(sorted(missing))} of Tweets.csv")
        for row in reader:
            if None in row.values():
                raise DataError(
                    f"{path}, line {reader.line_num}: cut short, download the file again"
                )
            if row["airline_sentiment"] in _AIRLINE_LABELS:
                texts.append(row["text"])
                labels.append(_AIRLINE_LABELS[row["airline_sentiment"]])
                users.append(row["name"] or None)
    if not {POSITIVE, NEGATIVE} <= set(labels):
        raise DataError(f"{path} needs positive and negative tweets")
    return Tweets(texts, np.array(labels, dtype=np.int8), users)


def load_tweeteval(folder: Path) -> Tweets:
    """The sentiment test of TweetEval (Barbieri et al., 2020), with neutral tweets.

    Each line of ``test_text.txt`` is a tweet, the same line of ``test_labels.txt`` its label: 0
    negative, 1 neutral, 2 positive. Raises ``DataError``.
    """
    with _open_text(folder / "test_text.txt") as file:
        # A tweet may hold other line separators, at which splitlines() would split it.
        texts = [line.rstrip("\r\n") for line in file]
    with _open_text(folder / "test_labels.txt") as file:
        names = file.read().split()
    if len(texts) != len(names) or not set(names) <= set(_TWEETEVAL_LABELS):
        raise DataError(
            f"{folder} is not TweetEval's sentiment test: {len(texts)} tweets, {len(names)} labels"
        )
    labels = np.array([_TWEETEVAL_LABELS[name] for name in names], dtype=np.int8)
    return Tweets(texts, labels, [None] * len(texts))


def sample_balanced(tweets: Tweets, size: int, seed: int) -> Tweets:
    """``size`` tweets, equally many of each label, in their own order. Raises ``DataError``."""
    names = {POSITIVE: "positive", NEGATIVE: "negative"}
    if tweets.shares is not None:
        names[NEUTRAL] = "neutral"
    part = size // len(names)
    generator = np.random.default_rng(seed)
    rows = []
    for label, word in names.items():
        of_label = np.flatnonzero(tweets.labels == label)
        if len(of_label) < part:
            raise DataError(
                f"a balanced sample of {size} needs {part} {word} tweets, there are {len(of_label)}"
            )
        rows.append(generator.choice(of_label, part, replace=False))
    return tweets.take(np.sort(np.concatenate(rows)))


def vader_archive() -> Path:
    """The source distribution of vaderSentiment, downloaded once. Raises ``DataError``."""
    try:
        return pip_download(_VADER, _VADER_FILE, _VADER_SHA256)
    except DownloadError as error:
        raise DataError(str(error)) from error


def read_member(archive: tarfile.TarFile, name: str) -> bytes:
    """The content of a file of the archive. Raises ``DataError`` if it is missing."""
    member = archive.extractfile(name)
    if member is None:
        raise DataError(f"{name} is missing in {_VADER_FILE}")
    return member.read()


@contextmanager
def _open_text(path: Path) -> Iterator[IO[str]]:
    """A text file in UTF-8, plain, gzipped or alone in a zip. Raises ``DataError``."""
    files = find_files(str(path)).files
    if len(files) != 1:
        raise DataError(f"{path} holds {len(files)} data files where one is expected")
    try:
        with files[0].open() as binary:
            yield io.TextIOWrapper(binary, encoding="utf-8", newline="")
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a CSV file in utf-8: {error}") from error
