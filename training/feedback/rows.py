"""Feedback rows of a training: a part that is learned, and a test set that grows beside it."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from models.arrays import FloatArray
from models.examples import NEGATIVE, POSITIVE, Examples
from training.data.splits import Splits, digest, text_groups, text_keys
from training.feedback.caps import FeedbackOptions, cap_clients, cap_days, cap_share
from training.feedback.phrases import shared_phrases
from training.feedback.ranking import wrong_verdict_auc
from training.feedback.settlement import settle
from training.feedback.summary import FeedbackSummary, PhraseSummary
from training.feedback.suspicion import suspicions
from training.feedback.verdicts import (
    DROP,
    ConsentedVerdict,
    read_texts,
    read_verdicts,
    write_suspicions,
)

TEST_SHARE = 0.2
"""Share of the texts that belong to the feedback test set."""

_NAMES = {POSITIVE: "positive", NEGATIVE: "negative"}


@dataclass(frozen=True)
class FeedbackRows:
    """Corrected feedback texts, one row a text. ``test_labels``: test labels by feedback id."""

    train: Examples
    test: Examples
    test_labels: dict[str, int]
    weight: float
    summary: FeedbackSummary

    @property
    def digest(self) -> str:
        """SHA-256 of the rows of both parts."""
        return hashlib.sha256((digest(self.train) + digest(self.test)).encode()).hexdigest()

    def added_to(self, train: Examples, seed: int) -> Examples:
        """The training examples and the copies of the feedback rows."""
        return _joined(train, self.train.take(_copies(len(self.train), self.weight, seed)))


def check_labels(url: str, train: Examples, until: datetime, seed: int) -> dict[str, float | None]:
    """Search for suspicious labels, and write their suspicion into the database.

    Returns the suspicion by feedback id of each verdict that no person dropped. Raises
    ``DataError``.
    """
    verdicts = _not_dropped(read_verdicts(url, until))
    texts, labels = _texts(verdicts), _labels(verdicts)
    phrases = shared_phrases(texts, labels, train.texts)
    found = suspicions(texts, labels, text_groups(texts), phrases, train, seed)
    by_id = {verdict.id: value for verdict, value in zip(verdicts, found, strict=True)}
    write_suspicions(url, by_id)
    return by_id


def load_feedback(
    url: str, splits: Splits, options: FeedbackOptions, until: datetime, seed: int
) -> FeedbackRows:
    """The feedback that was recorded before ``until``, as rows beside the champion's ``splits``.

    Left out are labels that a person dropped, suspicious labels without a review, texts of the
    validation and test rows, and texts of the training rows. Raises ``DataError``.
    """
    verdicts = read_verdicts(url, until)
    left_out: Counter[str] = Counter()
    admitted = _not_dropped(verdicts)
    left_out["dropped"] = len(verdicts) - len(admitted)
    texts, left_out["repetitions"], left_out["contradictions"] = settle(admitted)
    for reason, known in (("held_out", _held_out(splits)), ("in_training", splits.train.texts)):
        texts, left_out[reason] = _without(texts, known)
    judged, left_out["day"] = _shortened(texts, cap_days(texts, options.day_rows))
    sound, left_out["suspicious"] = _shortened(
        judged, [text for text in judged if not text.is_suspicious]
    )
    test = [text for text in sound if _is_test(text.key)]
    train = [text for text in sound if not _is_test(text.key)]
    others = len(splits.train)
    train, left_out["client"] = _shortened(train, cap_clients(train, others, options))
    train, left_out["share"] = _shortened(train, cap_share(train, others, options))
    clients = Counter(text.client for text in train)
    labels = Counter(text.label for text in train)
    summary = FeedbackSummary(
        texts=len(judged),
        rows=len(train),
        negative=labels[NEGATIVE],
        positive=labels[POSITIVE],
        copies=len(_copies(len(train), options.weight, seed)),
        other_rows=others,
        test_rows=len(test),
        left_out=dict(left_out),
        suspicious=left_out["suspicious"],
        suspicious_share=round(left_out["suspicious"] / max(1, len(judged)), 4),
        wrong_verdict_auc=wrong_verdict_auc(judged),
        clients=len(clients),
        largest_client_share=round(max(clients.values(), default=0) / max(1, len(train)), 4),
        phrases=_phrases(judged, splits.train.texts),
    )
    return FeedbackRows(
        Examples(_texts(train), _labels(train)),
        Examples(_texts(test), _labels(test)),
        {text.id: text.label for text in test},
        options.weight,
        summary,
    )


def stored_test(url: str, labels: dict[str, int]) -> Examples:
    """The texts of a feedback test set that are still in the database. Raises ``DataError``."""
    texts = read_texts(url, list(labels))
    return Examples(list(texts.values()), np.array([labels[name] for name in texts], dtype=np.int8))


def _not_dropped(verdicts: Sequence[ConsentedVerdict]) -> list[ConsentedVerdict]:
    return [verdict for verdict in verdicts if verdict.review != DROP]


def _held_out(splits: Splits) -> list[str]:
    parts = (splits.validation, splits.test, splits.rated_validation, splits.rated_test)
    return [text for part in parts if part is not None for text in part.texts]


def _without(
    verdicts: list[ConsentedVerdict], known: Sequence[str]
) -> tuple[list[ConsentedVerdict], int]:
    """The verdicts on other texts than the ``known``, and the number of the rest."""
    keys = {key for text in known for key in text_keys(text)}
    return _shortened(
        verdicts, [each for each in verdicts if keys.isdisjoint(text_keys(each.text))]
    )


def _shortened(
    before: Sequence[ConsentedVerdict], after: list[ConsentedVerdict]
) -> tuple[list[ConsentedVerdict], int]:
    return after, len(before) - len(after)


def _is_test(key: str) -> bool:
    """Whether a text belongs to the test set: a hash of its key decides, for good."""
    number = int.from_bytes(hashlib.sha256(f"feedback\t{key}".encode()).digest()[:8], "big")
    return number / 2**64 < TEST_SHARE


def _phrases(
    verdicts: Sequence[ConsentedVerdict], training: Sequence[str]
) -> tuple[PhraseSummary, ...]:
    found = [
        PhraseSummary(
            words=phrase.words,
            label=_NAMES[phrase.label],
            rows=len(phrase.rows),
            training_rows=phrase.training_rows,
            suspicious=sum(verdicts[row].is_suspicious for row in phrase.rows),
        )
        for phrase in shared_phrases(_texts(verdicts), _labels(verdicts), training)
    ]
    return tuple(sorted(found, key=lambda phrase: -phrase.suspicious / phrase.rows))


def _texts(verdicts: Sequence[ConsentedVerdict]) -> list[str]:
    return [verdict.text for verdict in verdicts]


def _labels(verdicts: Sequence[ConsentedVerdict]) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    return np.array([verdict.label for verdict in verdicts], dtype=np.int8)


def _copies(rows: int, weight: float, seed: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Each row index as often as the weight says; a fraction is the chance of one more copy."""
    whole, fraction = divmod(weight, 1.0)
    drawn = np.random.default_rng(seed).random(rows) < fraction
    return np.repeat(np.arange(rows), int(whole) + drawn)


def _joined(train: Examples, feedback: Examples) -> Examples:
    """Both. Beside shares of readers, the neutral share of a verdict's label is unknown (NaN)."""
    shares: FloatArray | None = None
    if train.shares is not None:
        own = feedback.targets
        if train.shares.shape[1] == 3:
            unknown = np.full(len(own), np.nan, dtype=np.float32)
            own = np.stack([own[:, 0], unknown, own[:, 1]], axis=1)
        shares = np.concatenate([train.shares, own]).astype(np.float32)
    return replace(
        train,
        texts=train.texts + feedback.texts,
        labels=np.concatenate([train.labels, feedback.labels]),
        shares=shares,
    )
