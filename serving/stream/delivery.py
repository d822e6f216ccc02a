"""Sources and sinks of mentions: their base classes, and the values that they exchange."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

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


class _Opened:
    """A context manager that closes nothing by default."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close files and connections."""


class Source(_Opened, ABC):
    """The origin of mentions. Methods raise ``StreamError``."""

    @abstractmethod
    def read(self, most: int) -> list[Delivery] | None:
        """Up to ``most`` mentions: none after a second without one, None at the end."""

    @abstractmethod
    def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Forget mentions whose results are on disk."""

    @abstractmethod
    def reject(self, delivery: Delivery, reason: Reason) -> None:
        """Keep an unusable mention for a person, and forget it as ``acknowledge`` does."""

    @abstractmethod
    def lag(self) -> int:
        """Mentions that wait, those that were read and not yet acknowledged included."""


class Sink(_Opened, ABC):
    """The destination of scored mentions. Methods raise ``StreamError``."""

    @abstractmethod
    def write(self, mentions: Sequence[ScoredMention]) -> Sequence[ScoredMention]:
        """Write durably. Returns the mentions that were not there before."""
