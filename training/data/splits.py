"""Splits of labelled tweets that share no text and no user, the same for the same seed."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models.examples import NEGATIVE, NEUTRAL, POSITIVE, Examples
from models.text.normalization import normalize_full, normalize_light
from training.data.rated import TWEETS, RatedTexts, rated_texts
from training.data.sources import Tweets
from training.data.survey import Survey
from training.errors import DataError

SHARES = (0.70, 0.15, 0.15)
# Share of the rows. A larger group would unbalance a small split and goes to training.
_LARGE_GROUP = 0.005


@dataclass(frozen=True)
class Splits:
    """Training, validation and test split, and counts of the rows that were left out.

    Rows of ``validation`` and ``test`` are positive or negative. ``rated_validation`` and
    ``rated_test`` hold rated texts, also neutral texts, if the training split has rated texts.
    ``surveys`` describe the files that were read.
    """

    train: Examples
    validation: Examples
    test: Examples
    contradictions: int
    duplicates: int
    train_only_overlaps: int
    rated_validation: RatedTexts | None = None
    rated_test: RatedTexts | None = None
    surveys: tuple[Survey, ...] = ()

    @property
    def deciding(self) -> Examples:
        """Examples that stop the training, calibrate the model and choose its band of doubt."""
        rated = self.rated_validation
        return self.validation if rated is None else rated.examples

    @property
    def traffic(self) -> Examples:
        """Validation tweets, with which drift compares the traffic."""
        rated = self.rated_validation
        if rated is None:
            return self.validation
        # Files of one's own name other sources, all of which are traffic.
        return (rated.of_source(TWEETS) if TWEETS in rated.sources else rated).examples

    @property
    def digest(self) -> str:
        """SHA-256 of the rows of all splits, in order."""
        rated = (self.rated_validation, self.rated_test)
        parts = [self.train, self.validation, self.test, *(r.examples for r in rated if r)]
        return hashlib.sha256("".join(map(digest, parts)).encode()).hexdigest()

    @property
    def validation_digest(self) -> str:
        """SHA-256 of the validation rows, and of the deciding rows if these are other rows."""
        parts = (
            [self.validation] if self.rated_validation is None else [self.validation, self.deciding]
        )
        return hashlib.sha256("".join(map(digest, parts)).encode()).hexdigest()


def digest(examples: Examples) -> str:
    """SHA-256 of the texts with their shares, or with their labels if there are no shares."""
    total = hashlib.sha256()
    targets = examples.labels if examples.shares is None else examples.shares
    for text, target in zip(examples.texts, targets.tolist(), strict=True):
        total.update(f"{target}\t{text}\n".encode())
    return total.hexdigest()


def split(tweets: Tweets, seed: int, train_only: Tweets | None = None) -> Splits:
    """Split 70/15/15, stratified by label; equal texts and rows of one user stay together.

    Repetitions of a text are dropped, and all rows of a text with several labels. ``train_only``
    extends the training split, except by rows that share a text or a user with validation or test.
    Shares of readers make ``rated_validation`` and ``rated_test``, which hold neutral rows too.
    Raises ``DataError`` if a split lacks a label.
    """
    known = _labels_by_text(tweets)
    tweets, contradictions, duplicates = _without_repetitions(tweets, {})
    keys = _keys(tweets)
    part = _assign(tweets, _groups(keys), seed)
    splits = [tweets.take(np.flatnonzero(part == index)) for index in range(3)]
    if any(not {POSITIVE, NEGATIVE} <= set(split.labels.tolist()) for split in splits):
        raise DataError(
            f"{len(tweets)} rows are too few: each split needs positive and negative tweets"
        )
    training, overlaps = splits[0], 0
    if train_only is not None:
        held_out = {key for row in np.flatnonzero(part > 0) for key in keys[row]}
        extra, more_contradictions, more_duplicates = _without_repetitions(train_only, known)
        contradictions += more_contradictions
        duplicates += more_duplicates
        apart = [held_out.isdisjoint(row_keys) for row_keys in _keys(extra)]
        overlaps = len(extra) - sum(apart)
        training = training.joined(extra.take(np.flatnonzero(apart)))
    _, validation, test = splits
    rated = tweets.shares is not None
    return Splits(
        _examples(training),
        _examples(validation.sided()),
        _examples(test.sided()),
        contradictions=contradictions,
        duplicates=duplicates,
        train_only_overlaps=overlaps,
        rated_validation=rated_texts(validation) if rated else None,
        rated_test=rated_texts(test) if rated else None,
    )


def _examples(tweets: Tweets) -> Examples:
    return Examples(tweets.texts, tweets.labels, tweets.shares)


def _without_repetitions(tweets: Tweets, known: Mapping[str, set[int]]) -> tuple[Tweets, int, int]:
    """The first row of each text with one label; the numbers of contradictions and repetitions.

    ``known``: labels by text of earlier rows.
    """
    labels_of = _labels_by_text(tweets)
    seen = set(known)
    rows, contradictions = [], 0
    for row, text in enumerate(tweets.texts):
        key = _text_key(text)
        if len(labels_of[key] | known.get(key, set())) > 1:
            contradictions += 1
        elif key not in seen:
            seen.add(key)
            rows.append(row)
    duplicates = len(tweets) - contradictions - len(rows)
    return tweets.take(np.array(rows, dtype=np.intp)), contradictions, duplicates


def _labels_by_text(tweets: Tweets) -> dict[str, set[int]]:
    labels_of: dict[str, set[int]] = {}
    for text, label in zip(tweets.texts, tweets.labels.tolist(), strict=True):
        labels_of.setdefault(_text_key(text), set()).add(label)
    return labels_of


def _text_key(text: str) -> str:
    return normalize_light(text).casefold()


def text_keys(text: str) -> list[str]:
    """The text under both normalisations. Texts that share a key count as equal."""
    return [f"light {_text_key(text)}", f"full {normalize_full(text)}"]


def text_groups(texts: Sequence[str]) -> NDArray[np.int32]:
    """The group of each text, shape (n,): texts that count as equal have one group."""
    return _groups([text_keys(text) for text in texts])


def _keys(tweets: Tweets) -> list[list[str]]:
    """Keys of each row: its text under both normalisations, and its user."""
    return [
        text_keys(text) + ([f"user {user}"] if user else [])
        for text, user in zip(tweets.texts, tweets.users, strict=True)
    ]


def _groups(keys: list[list[str]]) -> NDArray[np.int32]:
    """The group of each row, shape (n,): connected components of rows that share a key."""
    numbers: dict[str, int] = {}
    edges = [
        (row, len(keys) + numbers.setdefault(key, len(numbers)))
        for row, row_keys in enumerate(keys)
        for key in row_keys
    ]
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    nodes = len(keys) + len(numbers)
    graph = coo_array((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), (nodes, nodes))
    groups: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return groups[: len(keys)]


def _assign(tweets: Tweets, groups: NDArray[np.int32], seed: int) -> NDArray[np.int8]:
    """The split of each row, shape (n,): groups, ordered by a keyed hash, fill the splits."""
    rows_of: dict[int, list[int]] = {}
    for row, group in enumerate(groups.tolist()):
        rows_of.setdefault(group, []).append(row)
    strata: dict[int, list[tuple[bool, bytes, list[int]]]] = {
        label: [] for label in (POSITIVE, NEGATIVE, NEUTRAL)
    }
    for rows in rows_of.values():
        first_text = min(tweets.texts[row] for row in rows)
        order = hashlib.sha256(f"{seed}\t{first_text}".encode()).digest()
        is_small = len(rows) <= max(1, _LARGE_GROUP * len(tweets))
        strata[_majority(tweets.labels[rows])].append((is_small, order, rows))
    part = np.zeros(len(tweets), dtype=np.int8)
    for members in strata.values():
        total = sum(len(rows) for *_, rows in members)
        filled = 0
        for _, _, rows in sorted(members):
            middle = (filled + len(rows) / 2) / total
            part[rows] = int(np.searchsorted(np.cumsum(SHARES)[:-1], middle, side="right"))
            filled += len(rows)
    return part


def _majority(labels: NDArray[np.int8]) -> int:
    """NEUTRAL if most labels are, else the more frequent side, POSITIVE at a tie."""
    sided = labels[labels != NEUTRAL]
    if 2 * len(sided) < len(labels):
        return NEUTRAL
    return POSITIVE if sided.mean() >= 0.5 else NEGATIVE
