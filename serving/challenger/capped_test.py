"""The sequential test with a bound for each client."""

from collections import Counter

from serving.challenger.sequential_test import Decision, SequentialTest

PER_CLIENT = 8
"""Verdicts of one client that count.

One client alone makes no challenger worse: the test needs nine wrong verdicts in a row.
"""

ERROR_RATE = 0.05
"""Greatest probability of a rollback of a challenger that is not worse than the champion."""


class CappedTest:
    """A sequential test of the first verdicts of each client. ``counted`` is their number."""

    def __init__(self) -> None:
        self._test = SequentialTest(error_rate=ERROR_RATE)
        self._of_client: Counter[str | None] = Counter()
        self.counted = 0

    @property
    def decision(self) -> Decision:
        return self._test.decision

    def add(self, client: str | None, *, challenger: bool, wrong: bool) -> None:
        """Take a verdict of a client, whose pseudonym is None if the client is unknown."""
        self._of_client[client] += 1
        if self._of_client[client] <= PER_CLIENT:
            self.counted += 1
            self._test.add(challenger=challenger, wrong=wrong)
