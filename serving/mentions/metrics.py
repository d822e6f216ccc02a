"""Prometheus metrics of mentions. The labels ``source`` come from ``SENTIMENT_SOURCES``."""

from collections.abc import Sequence
from typing import Protocol

from prometheus_client import Counter

from models.answers import LABELS, Label

MENTIONS = Counter("sentiment_mentions_total", "Mentions by source and label", ["source", "label"])
UNSURE_MENTIONS = Counter(
    "sentiment_unsure_mentions_total", "Mentions whose answer is in doubt", ["source"]
)


class MentionAnswer(Protocol):
    """The part of an answer that is counted."""

    @property
    def label(self) -> Label: ...

    @property
    def confident(self) -> bool: ...


def create_children(sources: Sequence[str]) -> None:
    """Create the child of each source at 0: ``increase()`` misses a first increment."""
    for source in sources:
        UNSURE_MENTIONS.labels(source)
        for label in LABELS:
            MENTIONS.labels(source, label)


def count_mention(source: str, answer: MentionAnswer) -> None:
    MENTIONS.labels(source, answer.label).inc()
    if not answer.confident:
        UNSURE_MENTIONS.labels(source).inc()
