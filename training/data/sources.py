"""Data sets of labelled tweets: embedded, Sentiment140, airline, TweetEval."""

import csv
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from models.downloads import DownloadError, pip_download
from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from training.errors import DataError

_VADER = "vaderSentiment==3.3.2"
_VADER_FILE = "vaderSentiment-3.3.2.tar.gz"
_VADER_SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
STUDY = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
_RATED_TWEETS = "hutto_ICWSM_2014/tweets_GroundTruth.txt"
LEAST_MEAN_RATING = 0.3
_AIRLINE_LABELS = {"positive": POSITIVE, "negative": NEGATIVE, "neutral": NEUTRAL}
_TWEETEVAL_LABELS = {"0": NEGATIVE, "1": NEUTRAL, "2": POSITIVE}
_UNKNOWN_USERS = ("NO_USER", "")


@dataclass(frozen=True)
class Tweets:
    """Labelled tweets.

    ``labels``: shape (n,), int8, of POSITIVE, NEGATIVE and NEUTRAL; ``users``: None if unknown.
    """

    texts: list[str]
    labels: NDArray[np.int8]
    users: list[str | None]

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: NDArray[np.intp]) -> "Tweets":
        return Tweets(
            [self.texts[row] for row in rows], self.labels[rows], [self.users[row] for row in rows]
        )

    def sided(self) -> "Tweets":
        """The positive and negative tweets."""
        return self.take(np.flatnonzero(self.labels != NEUTRAL))


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


def load_sentiment140(path: Path) -> Tweets:
    """Sentiment140 (Go, Bhayani & Huang, 2009) in its official layout: .csv, .csv.gz or .zip.

    Latin-1, no header; columns polarity, id, date, query, user, text. Polarity is 0 or 4; rows of
    polarity 2, which is neutral, are left out. Raises ``DataError``.
    """
    texts, labels, users = [], [], []
    with _open_text(path, "latin-1") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            if len(row) != 6 or row[0] not in ("0", "2", "4"):
                raise DataError(
                    f"{path}, line {number}: not Sentiment140's layout (six columns: polarity 0, "
                    "2 or 4, id, date, query, user, text)"
                )
            if row[0] != "2":
                texts.append(row[5])
                labels.append(row[0] == "4")
                users.append(None if row[4] in _UNKNOWN_USERS else row[4])
    if not texts:
        raise DataError(f"{path} holds no labelled tweet")
    return Tweets(texts, np.array(labels, dtype=np.int8), users)


def load_airline(path: Path) -> Tweets:
    """Twitter US Airline Sentiment (CrowdFlower, 2015), with neutral tweets.

    Raises ``DataError``.
    """
    texts, labels, users = [], [], []
    with _open_text(path, "utf-8") as file:
        reader = csv.DictReader(file)
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
    with _open_text(folder / "test_text.txt", "utf-8") as file:
        # A tweet may hold other line separators, at which splitlines() would split it.
        texts = [line.rstrip("\r\n") for line in file]
    with _open_text(folder / "test_labels.txt", "utf-8") as file:
        names = file.read().split()
    if len(texts) != len(names) or not set(names) <= set(_TWEETEVAL_LABELS):
        raise DataError(
            f"{folder} is not TweetEval's sentiment test: {len(texts)} tweets, {len(names)} labels"
        )
    labels = np.array([_TWEETEVAL_LABELS[name] for name in names], dtype=np.int8)
    return Tweets(texts, labels, [None] * len(texts))


def sample_balanced(tweets: Tweets, size: int, seed: int) -> Tweets:
    """``size`` tweets, half of them positive, in their own order. Raises ``DataError``."""
    half = size // 2
    generator = np.random.default_rng(seed)
    rows = []
    for label, word in ((1, "positive"), (0, "negative")):
        of_label = np.flatnonzero(tweets.labels == label)
        if len(of_label) < half:
            raise DataError(
                f"a balanced sample of {size} needs {half} {word} tweets, there are {len(of_label)}"
            )
        rows.append(generator.choice(of_label, half, replace=False))
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
def _open_text(path: Path, encoding: str) -> Iterator[IO[str]]:
    """A text file, plain, gzipped or alone in a zip. Raises ``DataError`` for a damaged file."""
    try:
        with _open_binary(path) as binary:
            yield io.TextIOWrapper(binary, encoding=encoding, newline="")
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist") from error
    except (EOFError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError) as error:
        raise DataError(f"{path} is damaged or cut short ({error}): download it again") from error
    except (RuntimeError, NotImplementedError) as error:
        raise DataError(f"{path} cannot be unpacked: {error}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a CSV file in {encoding}: {error}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error


@contextmanager
def _open_binary(path: Path) -> Iterator[IO[bytes]]:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".csv")]
            names = [name for name in names if "testdata" not in name]
            if len(names) != 1:
                raise DataError(f"{path} holds {len(names)} CSV files where one is expected")
            with archive.open(names[0]) as file:
                yield file
    elif path.suffix == ".gz":
        with gzip.open(path, "rb") as unpacked:
            yield cast(IO[bytes], unpacked)
    else:
        with path.open("rb") as file:
            yield file
