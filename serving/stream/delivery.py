"""What sources deliver, and what sinks take."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from models.answers import Answer
from serving.stream.mention import Mention, Reason


class StreamError(Exception):
    """The broker, a file or the database fails now. The message names it, and quotes no mention."""


class FullStreamError(StreamError):
    """A stream of the broker holds so many entries that writers shall wait."""


@dataclass(frozen=True)
class Delivery:
    """A mention's JSON. ``place``: id of the entry in the broker, or number of the line."""

    place: str
    content: bytes
    received_at: datetime


@dataclass(frozen=True)
class ScoredMention:
    """A mention with its answer; ``received_at`` is the arrival in the broker or the pipe."""

    mention: Mention
    answer: Answer
    received_at: datetime


class Source(AbstractContextManager["Source"], Protocol):
    """Where mentions come from. Methods raise ``StreamError``."""

    def read(self, most: int) -> list[Delivery] | None:
        """Up to ``most`` mentions: none after a second without one, None at the end."""
        ...

    def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Call this when the results are on disk: the source then forgets the mentions."""
        ...

    def reject(self, delivery: Delivery, reason: Reason) -> None:
        """Keep an unusable mention for a person, and forget it as ``acknowledge`` does."""
        ...

    def lag(self) -> int:
        """Mentions that wait, those that were read and not yet acknowledged included."""
        ...


class Sink(AbstractContextManager["Sink"], Protocol):
    """Where scored mentions go. Methods raise ``StreamError``."""

    def write(self, mentions: Sequence[ScoredMention]) -> Sequence[ScoredMention]:
        """Write durably. Returns the mentions that were not there before."""
        ...

    def __enter__(self) -> Self: ...
