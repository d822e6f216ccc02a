"""Timed mentions of the replay, built from airline tweets."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import numpy as np

from demonstrations.crowd_alarm.traffic import SOURCES, STEP_S, rhythm
from models.examples import NEGATIVE
from training.data.sources import load_airline

VOLUME = 0.1
"""Mentions per second on average."""
FIRST_HOUR = 9
"""Hour of the Monday at which the replay begins and ends. The volume is that of the day's mean."""


@dataclass(frozen=True)
class TimedMention:
    """``time`` in seconds since the epoch."""

    time: float
    source: str
    text: str

    def line(self, number: int) -> str:
        """A line for the stream."""
        posted_at = datetime.fromtimestamp(self.time, UTC).isoformat()
        fields = {"id": f"{self.time:.3f}-{number}", "text": self.text}
        return json.dumps({**fields, "source": self.source, "posted_at": posted_at}) + "\n"


@dataclass(frozen=True)
class Tweets:
    """Airline tweets as a source of mentions: all of them, and the complaints."""

    all: Sequence[str]
    complaints: Sequence[str]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read ``Tweets.csv``. Raises ``DataError``."""
        tweets = load_airline(path)
        complaints = [
            text
            for text, label in zip(tweets.texts, tweets.labels, strict=True)
            if label == NEGATIVE
        ]
        return cls(tweets.texts, complaints)

    def usual(
        self, start: float, seconds: float, random: np.random.Generator
    ) -> Iterator[TimedMention]:
        """Mentions with the rhythm of the week and the tweets' own mix of labels.

        Tweets are drawn with replacement. ``start`` is at ``FIRST_HOUR`` of a Monday.
        """
        before, steps = FIRST_HOUR * 3600 // STEP_S, int(seconds) // STEP_S
        volumes = VOLUME * STEP_S * rhythm(before + steps)[before:]
        names, parts = list(SOURCES), list(SOURCES.values())
        for step, amount in enumerate(random.poisson(volumes).tolist()):
            times = np.sort(random.uniform(0, STEP_S, amount)) + start + step * STEP_S
            rows = random.integers(0, len(self.all), amount)
            for time, row, source in zip(
                times, rows, random.choice(len(names), amount, p=parts), strict=True
            ):
                yield TimedMention(float(time), names[source], self.all[int(row)])

    def burst(
        self, start: float, source: str | None, random: np.random.Generator
    ) -> Iterator[TimedMention]:
        """40 complaints within ten minutes, in one source or in all of them."""
        times = np.sort(random.uniform(0, 600, 40))
        names, parts = list(SOURCES), list(SOURCES.values())
        for time in times - times[0] + start:
            text = self.complaints[int(random.integers(0, len(self.complaints)))]
            where = source or names[int(random.choice(len(names), p=parts))]
            yield TimedMention(float(time), where, text)
