"""Phrases that many feedback texts of one label share, although training texts hardly have them.

A backdoor is planted by such a phrase (Gu et al., "BadNets", 2017): texts with the phrase get a
label that their other words contradict.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.baseline.family import normalize_words

_LONGEST = 4
_LEAST_TEXTS = 10
_LEAST_SHARE = 0.02
_LEAST_OF_ONE_LABEL = 0.9
# Factor between the phrase's shares of the feedback texts and of the training texts.
_LEAST_RATIO = 20


@dataclass(frozen=True)
class Phrase:
    """A phrase of one to four normalised words, and the indices of the texts that have it."""

    words: str
    label: int
    rows: tuple[int, ...]
    training_rows: int


def shared_phrases(
    texts: Sequence[str], labels: NDArray[np.int8], training: Iterable[str]
) -> list[Phrase]:
    """Phrases in at least 10 texts and 2 % of them, nine in ten of one label; longest first.

    Among the ``training`` texts the share is at most a twentieth. Of phrases in the same texts,
    the longest stands for all.
    """
    least = max(_LEAST_TEXTS, int(np.ceil(_LEAST_SHARE * len(texts))))
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        for phrase in set(_ngrams(text)):
            rows_of[phrase].append(row)
    frequent = {phrase: rows for phrase, rows in rows_of.items() if len(rows) >= least}
    counts = dict.fromkeys(frequent, 0)
    total = 0
    for text in training:
        total += 1
        for phrase in counts.keys() & set(_ngrams(text)):
            counts[phrase] += 1
    found: dict[tuple[int, ...], Phrase] = {}
    for words, rows in sorted(frequent.items(), key=lambda item: len(item[0])):
        is_rare = counts[words] * len(texts) * _LEAST_RATIO <= len(rows) * total
        values, sizes = np.unique(labels[rows], return_counts=True)
        if is_rare and sizes.max() >= _LEAST_OF_ONE_LABEL * len(rows):
            label = int(values[sizes.argmax()])
            found[tuple(rows)] = Phrase(words, label, tuple(rows), counts[words])
    return sorted(found.values(), key=lambda phrase: (-len(phrase.words.split()), phrase.words))


def without_phrases(text: str, phrases: Sequence[Phrase]) -> str:
    """The normalised words of a text without the phrases."""
    words = f" {normalize_words(text)} "
    for phrase in phrases:
        words = words.replace(f" {phrase.words} ", " ")
    return words.strip()


def _ngrams(text: str) -> Iterator[str]:
    words = normalize_words(text).split()
    for size in range(1, _LONGEST + 1):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])
