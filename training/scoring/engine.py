"""The protocol of engines: they score chunks of texts, here or on a cluster."""

from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self

from training.errors import TrainingError
from training.scoring.scored_texts import ScoredTexts

CHUNK_TEXTS = 512
"""Most texts of a chunk: enough for batches of similar length, and a few seconds of any model."""


class EngineError(TrainingError):
    """An engine failed. The message gives the reason."""


class Engine(Protocol):
    """Scores chunks of texts; a context manager.

    A chunk is scored by one call of ``TextScorer.score``, so that the answers do not depend on the
    engine or on the number of its processes.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def map(self, chunks: Iterator[list[str]]) -> Iterator[ScoredTexts]:
        """The answers to each chunk, in the order of the chunks.

        A chunk may be empty. The engine takes a bounded number of chunks before it yields the
        answers to the first of them. Raises ``EngineError``.
        """
        ...
