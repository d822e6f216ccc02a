"""The answers to texts that were scored before, so that equal texts are scored once."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from training.scoring.scored_texts import ScoredTexts

KNOWN_TEXTS = 1_000_000
"""Distinct texts whose answers are kept. They take about 200 MB."""

_DIGEST_BYTES = 16


class KnownTexts:
    """The last ``capacity`` distinct texts, in the order of their first occurrence.

    Each distinct text gets the next number. Numbers depend on nothing but the order of the texts,
    so that a resumed run gives equal numbers. A text that was forgotten gets a new number, and is
    scored again. ``part_rows``: most texts of one call of ``number``.
    """

    def __init__(self, capacity: int, part_rows: int) -> None:
        self._numbers: dict[bytes, int] = {}
        self._digests = [b""] * capacity
        self._given = self._answered = 0
        # A part may name its oldest number after its newest number was given.
        self._answers = ScoredTexts.empty(capacity + part_rows)

    def number(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], list[str]]:
        """The number of each text, shape (n,), and the texts that got a new number, in order."""
        numbers, digests = self._numbers, self._digests
        capacity, given = len(digests), self._given
        found, new = [], []
        for text in texts:
            digest = blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest()
            number = numbers.get(digest)
            if number is None:
                number = numbers[digest] = given
                given += 1
                new.append(text)
                slot = number % capacity
                if digests[slot]:
                    del numbers[digests[slot]]
                digests[slot] = digest
            found.append(number)
        self._given = given
        return np.array(found, dtype=np.int64), new

    def add(self, answers: ScoredTexts) -> None:
        """Keep the answers to the next new texts, in the order of their numbers."""
        end = self._answered + len(answers)
        self._answers.put(np.arange(self._answered, end) % len(self._answers), answers)
        self._answered = end

    def answers(self, numbers: NDArray[np.int64]) -> ScoredTexts:
        """The answers to numbered texts, shape (n,), of the part that was added last."""
        return self._answers.take(numbers % len(self._answers))
