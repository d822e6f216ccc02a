"""Redis Streams as the broker: https://redis.io/docs/latest/develop/data-types/streams/."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import redis

from serving.stream.delivery import Delivery, FullStreamError, Source, StreamError
from serving.stream.mention import Reason

FIELD = "mention"
"""Field of an entry that holds the JSON."""
MOST_WAITING = 100_000
"""Entries of a stream above which writers wait."""

_Entry = tuple[bytes, Mapping[bytes, bytes]]
"""Id and fields."""

_GROUP = "sentiment"
_BLOCK_MS = 1000
_CLAIM_PERIOD_S = 5.0
_FORGOTTEN_CONSUMER_MS = 3_600_000


def connect(url: str) -> "redis.Redis":
    """A client of the broker. The address stays out of errors, since it may hold a password."""
    try:
        return redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=10)
    except ValueError as error:
        # The library's message may quote a part of the password.
        raise StreamError(
            "SENTIMENT_BROKER_URL: write redis://:PASSWORD@HOST:PORT/0 or rediss://…, with %2F for "
            "a / in the password"
        ) from error


@contextmanager
def broker_errors() -> Iterator[None]:
    """Raise ``StreamError`` for errors of the broker."""
    try:
        yield
    except redis.AuthenticationError as error:
        raise StreamError("the broker refuses the password in SENTIMENT_BROKER_URL") from error
    except redis.ConnectionError as error:
        raise StreamError("the broker of SENTIMENT_BROKER_URL does not answer") from error
    except redis.OutOfMemoryError as error:
        raise FullStreamError("the broker has no memory for further entries") from error
    except redis.RedisError as error:
        raise StreamError(f"the broker answers with an error: {type(error).__name__}") from error


class RedisSource(Source):
    """Mentions of a stream. Consumers of the group share them, each mention to one consumer.

    A mention of a consumer that ended goes to another one after ``claim_after_s`` seconds.
    Unusable mentions stay in the stream ``NAME:rejected`` for the time ``age``.
    """

    def __init__(
        self,
        client: "redis.Redis",
        stream: str,
        consumer: str,
        claim_after_s: float,
        age: timedelta,
    ) -> None:
        self._client = client
        self._stream = stream
        self._rejected = f"{stream}:rejected"
        self._consumer = consumer
        self._claim_after_ms = int(claim_after_s * 1000)
        self._age = age
        self._next_claim = 0.0

    def close(self) -> None:
        self._client.close()

    def read(self, most: int) -> list[Delivery]:
        with broker_errors():
            try:
                entries = self._abandoned(most) or self._new(most)
            except redis.ResponseError as error:
                if not str(error).startswith("NOGROUP"):
                    raise
                # The first start, or a broker that lost its data.
                self._client.xgroup_create(self._stream, _GROUP, id="0", mkstream=True)
                entries = self._new(most)
        return [_delivery(entry, fields) for entry, fields in entries]

    def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        if not deliveries:
            return
        entries = [delivery.place for delivery in deliveries]
        with broker_errors(), self._client.pipeline(transaction=True) as pipeline:
            pipeline.xack(self._stream, _GROUP, *entries)
            # The broker keeps no tweet longer than needed.
            pipeline.xdel(self._stream, *entries)
            pipeline.execute()

    def reject(self, delivery: Delivery, reason: Reason) -> None:
        with broker_errors(), self._client.pipeline(transaction=True) as pipeline:
            kept: dict[Any, Any] = {FIELD: delivery.content, "reason": reason}
            pipeline.xadd(self._rejected, kept)
            pipeline.xack(self._stream, _GROUP, delivery.place)
            pipeline.xdel(self._stream, delivery.place)
            pipeline.execute()

    def lag(self) -> int:
        with broker_errors():
            return int(self._client.xlen(self._stream))

    def _new(self, most: int) -> list[_Entry]:
        found: Any = self._client.xreadgroup(
            _GROUP, self._consumer, {self._stream: ">"}, count=most, block=_BLOCK_MS
        )
        return found[0][1] if found else []

    def _abandoned(self, most: int) -> list[_Entry]:
        """Mentions of consumers that ended before they acknowledged them."""
        if time.monotonic() < self._next_claim:
            return []
        found: Any = self._client.xautoclaim(
            self._stream, _GROUP, self._consumer, self._claim_after_ms, count=most
        )
        claimed: list[_Entry] = found[1]
        if not claimed:
            self._next_claim = time.monotonic() + min(_CLAIM_PERIOD_S, self._claim_after_ms / 1000)
            self._forget_consumers()
            oldest = datetime.now(UTC) - self._age
            self._client.xtrim(
                self._rejected, minid=str(int(oldest.timestamp() * 1000)), approximate=False
            )
        return claimed

    def _forget_consumers(self) -> None:
        consumers: Any = self._client.xinfo_consumers(self._stream, _GROUP)
        for consumer in consumers:
            if not consumer["pending"] and consumer["idle"] > _FORGOTTEN_CONSUMER_MS:
                self._client.xgroup_delconsumer(self._stream, _GROUP, consumer["name"])


def add_entries(client: "redis.Redis", stream: str, contents: Sequence[bytes]) -> None:
    """Append entries to a stream: all or none.

    Raises ``FullStreamError`` while the stream holds ``MOST_WAITING`` entries.
    """
    with broker_errors():
        if int(client.xlen(stream)) >= MOST_WAITING:
            raise FullStreamError(f"the stream {stream} holds {MOST_WAITING:,} entries")
        with client.pipeline(transaction=True) as pipeline:
            for content in contents:
                pipeline.xadd(stream, {FIELD: content})
            pipeline.execute()


def _delivery(entry: bytes, fields: Mapping[bytes, bytes]) -> Delivery:
    place = entry.decode()
    arrived = datetime.fromtimestamp(int(place.partition("-")[0]) / 1000, UTC)
    return Delivery(place, fields.get(FIELD.encode(), b""), arrived)
