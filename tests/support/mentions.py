"""Invented mentions in the table of a server."""

import math
import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from serving.mentions.store import MentionStore, StoredMention
from tests.support.servers import Server
from tests.support.verdicts import database_of

SOURCES = ("page", "mentions", "replies")
_WORDS = ("crew", "seat", "gate", "landing", "boarding", "food", "upgrade", "lounge", "pilot")
_COMPLAINT = ("bag", "carousel", "lost")
_DAY = timedelta(days=1)
_BURST = timedelta(minutes=50)


def mention(
    name: str,
    at: datetime,
    label: str,
    *,
    source: str = "mentions",
    doubt: str | None = None,
    words: Iterable[str] = (),
) -> StoredMention:
    return StoredMention(
        id=name,
        source=source,
        posted_at=at,
        scored_at=at,
        label=label,
        probability=0.2 if label == "negative" else 0.8,
        doubt=doubt,
        model="baseline",
        version="v1",
        text_key=name.rjust(32, "0"),
        words=" ".join(sorted(words)),
    )


def burst_at(end: datetime, mentions_a_day: int = 1500) -> Iterator[StoredMention]:
    """A day of mentions, and the same days of two weeks before. Complaints about bags at the end.

    The burst lasts 50 minutes. The usual share of negative mentions varies from 25 % to 45 % in a
    day.
    """
    chance = random.Random(3)
    for number in range(3 * mentions_a_day):
        days_ago = 7 * (number // mentions_a_day) + number % mentions_a_day / mentions_a_day
        at = end - days_ago * _DAY
        in_burst = end - at < _BURST
        usual = 0.35 + 0.1 * math.sin(at.hour / 12 * math.pi)
        is_negative = chance.random() < (0.8 if in_burst else usual)
        words = chance.sample(_WORDS, 3)
        yield mention(
            f"{number}-0",
            at,
            "negative" if is_negative else "positive",
            source=chance.choices(SOURCES, (1, 6, 3))[0],
            doubt="band" if chance.random() < 0.3 else None,
            words=[*words, *_COMPLAINT] if in_burst and is_negative else words,
        )


def store_mentions(server: Server, mentions: Iterable[StoredMention]) -> None:
    store = MentionStore(f"sqlite:///{database_of(server)}")
    store.add(list(mentions))
    store.close()
