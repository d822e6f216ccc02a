"""The rated data set: texts of four sources, with the ratings of their readers.

C.J. Hutto & E. Gilbert, "VADER", ICWSM 2014: 4,200 tweets, 3,708 sentences of product reviews,
10,605 of film reviews and 5,190 of newspaper editorials, each rated from -4 to 4 by 14 raters or
more. The archive comes with the source distribution of vaderSentiment (MIT).
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.examples import NEGATIVE, NEUTRAL, POSITIVE, Examples
from training.data.sources import (
    LEAST_MEAN_RATING,
    STUDY,
    Tweets,
    read_member,
    vader_archive,
)
from training.errors import DataError

TWEETS = "tweets"
SOURCES = {
    TWEETS: "tweets",
    "products": "amazonReviewSnippets",
    "films": "movieReviewSnippets",
    "newspapers": "nytEditorialSnippets",
}
"""Prefix of the two files of each source."""

_FOLDER = "hutto_ICWSM_2014"


@dataclass(frozen=True)
class RatedTexts:
    """Texts with the ratings of their raters.

    - ``shares``, (n, 3), float32: shares of raters who call the text negative, neutral, positive;
    - ``labels``, (n,), int8: POSITIVE for a mean rating above 0.3, NEGATIVE below -0.3, or NEUTRAL;
    - ``disagreement``, (n,), float32: standard deviation of the ratings;
    - ``sources``: names of ``SOURCES``;
    - ``documents``: name of the review or article that the text is from.
    """

    texts: list[str]
    shares: FloatArray
    labels: NDArray[np.int8]
    disagreement: FloatArray
    sources: list[str]
    documents: list[str]

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> "RatedTexts":
        chosen = np.asarray(rows, dtype=np.intp)
        return RatedTexts(
            [self.texts[row] for row in chosen],
            self.shares[chosen],
            self.labels[chosen],
            self.disagreement[chosen],
            [self.sources[row] for row in chosen],
            [self.documents[row] for row in chosen],
        )

    def of_source(self, name: str) -> "RatedTexts":
        return self.take([row for row, source in enumerate(self.sources) if source == name])

    def joined(self, other: "RatedTexts") -> "RatedTexts":
        return RatedTexts(
            self.texts + other.texts,
            np.concatenate([self.shares, other.shares]),
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.disagreement, other.disagreement]),
            self.sources + other.sources,
            self.documents + other.documents,
        )

    @property
    def examples(self) -> Examples:
        return Examples(self.texts, self.labels, self.shares)


def rated_texts(tweets: Tweets) -> RatedTexts:
    """Tweets with shares of readers; the spread of the readers' sides is the disagreement."""
    shares = tweets.known_shares
    mean = shares[:, 2] - shares[:, 0]
    return RatedTexts(
        tweets.texts,
        shares,
        tweets.labels,
        np.sqrt(np.maximum(shares[:, 2] + shares[:, 0] - mean**2, 0)),
        tweets.sources or [""] * len(tweets),
        tweets.texts,
    )


def load_rated() -> RatedTexts:
    """All rated texts, 23,703, in the order of SOURCES."""
    with tarfile.open(vader_archive()) as package:
        study = io.BytesIO(read_member(package, STUDY))
    with tarfile.open(fileobj=study) as archive:
        rows = [
            (source, *row) for source, prefix in SOURCES.items() for row in _rows(archive, prefix)
        ]
    sources, ids, texts, ratings = zip(*rows, strict=True)
    means = np.array([of_text.mean() for of_text in ratings])
    labels = np.where(means > LEAST_MEAN_RATING, POSITIVE, NEUTRAL)
    labels[means < -LEAST_MEAN_RATING] = NEGATIVE
    return RatedTexts(
        list(texts),
        np.array([_shares(of_text) for of_text in ratings], dtype=np.float32),
        labels.astype(np.int8),
        np.array([of_text.std() for of_text in ratings], dtype=np.float32),
        list(sources),
        # The sentences of one review or article are numbered "article_sentence".
        [f"{source} {name.partition('_')[0]}" for source, name in zip(sources, ids, strict=True)],
    )


def parts_by_document(
    rated: RatedTexts, shares: Sequence[float], seed: int
) -> Iterable[NDArray[np.intp]]:
    """Rows of each part; the texts of a document stay together.

    ``shares``: sizes of the parts as shares of the documents, sum 1. A hash of seed and document
    name assigns the part.
    """
    ends = np.cumsum(shares)[:-1]
    places = np.array([_fraction(f"{seed}\t{name}") for name in rated.documents])
    part = np.searchsorted(ends, places, side="right")
    return [np.flatnonzero(part == index) for index in range(len(shares))]


def _rows(archive: tarfile.TarFile, prefix: str) -> Iterator[tuple[str, str, NDArray[np.int64]]]:
    """Id, text and ratings of each text of a source. Raises ``DataError`` without ratings."""
    ratings = {}
    for line in _lines(archive, f"{prefix}_anonDataRatings.txt"):
        name, _, _, listed = line.split("\t")
        ratings[name] = np.array(json.loads(listed))
    for line in _lines(archive, f"{prefix}_GroundTruth.txt"):
        name, _, text = line.split("\t", 2)
        if name not in ratings:
            raise DataError(f"{prefix}: the text {name} has no ratings")
        yield name, text, ratings[name]


def _lines(archive: tarfile.TarFile, name: str) -> list[str]:
    # One file begins with a byte order mark.
    content = read_member(archive, f"{_FOLDER}/{name}").decode("utf-8-sig")
    return [line.rstrip("\r") for line in content.split("\n") if line.strip()]


def _shares(ratings: NDArray[np.int64]) -> tuple[float, float, float]:
    return float((ratings < 0).mean()), float((ratings == 0).mean()), float((ratings > 0).mean())


def _fraction(key: str) -> float:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64
