"""Sinks: the table of mentions, a stream of the broker, and JSON Lines."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Self

import redis
from cachetools import LRUCache

from models.answers import answer_fields
from models.artifacts.store import StoredModel
from serving.feedback.verdicts import FeedbackStoreError
from serving.mentions.store import MentionStore, StoredMention
from serving.mentions.words import content_words
from serving.prediction_ids import PredictionTokens
from serving.stream.delivery import ScoredMention, Sink, StreamError
from serving.stream.mention import posted_at
from serving.stream.redis_stream import add_entries

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, flock

# The end of an output file whose ids a restart does not write again.
_TAIL_BYTES = 16 * 2**20
# The latest ids, which a running program does not write again.
_MOST_IDS = 100_000


class TableSink(Sink):
    """The table of mentions in the feedback database. It holds the words of a tweet, no tweet."""

    def __init__(self, store: MentionStore, tokens: PredictionTokens, model: StoredModel) -> None:
        self._store = store
        self._tokens = tokens
        self._model = model

    def write(self, mentions: Sequence[ScoredMention]) -> Sequence[ScoredMention]:
        now = datetime.now(UTC)
        try:
            added = self._store.add([self._row(scored, now) for scored in mentions])
        except FeedbackStoreError as error:
            raise StreamError(f"the database does not store: {error}") from error
        # A batch may hold an id twice.
        first = {scored.mention.id: scored for scored in reversed(mentions)}
        return [first[name] for name in added]

    def _row(self, scored: ScoredMention, now: datetime) -> StoredMention:
        mention, answer = scored.mention, scored.answer
        return StoredMention(
            id=mention.id,
            source=mention.source,
            posted_at=posted_at(mention, scored.received_at),
            scored_at=now,
            label=answer.label,
            probability=answer.probability,
            doubt=answer.doubt,
            model=self._model.name,
            version=self._model.version,
            text_key=self._tokens.text_hash(mention.text),
            words=" ".join(content_words(mention.text)),
        )


class TopicSink(Sink):
    """A stream of the broker. A killed program may write a mention twice, with the same id."""

    def __init__(self, client: "redis.Redis", stream: str, model: StoredModel) -> None:
        self._client = client
        self._stream = stream
        self._model = model

    def write(self, mentions: Sequence[ScoredMention]) -> Sequence[ScoredMention]:
        lines = [_json(scored, self._model).encode() for scored in mentions]
        add_entries(self._client, self._stream, lines)
        return mentions


class LinesSink(Sink):
    """JSON Lines on the standard output."""

    def __init__(self, file: IO[str], model: StoredModel) -> None:
        self._file = file
        self._model = model

    def write(self, mentions: Sequence[ScoredMention]) -> Sequence[ScoredMention]:
        self._file.writelines(f"{_json(scored, self._model)}\n" for scored in mentions)
        self._file.flush()
        return mentions


class FileSink(Sink):
    """A file of JSON Lines, which gets each of the latest ids once.

    The latest ids are those in the last 16 MiB of the file at the start, and later writes;
    100,000 in all.
    """

    def __init__(self, path: Path, model: StoredModel) -> None:
        self._path = path
        self._model = model
        self._ids: LRUCache[str, None] = LRUCache(_MOST_IDS)
        # Bytes up to the end of the last durable line.
        self._size = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            try:
                self._file = stack.enter_context(self._path.open("a+b", buffering=0))
                if sys.platform != "win32":
                    flock(self._file, LOCK_EX | LOCK_NB)
            except BlockingIOError as error:
                raise StreamError(f"{self._path} is written by another program") from error
            except OSError as error:
                raise StreamError(f"{self._path} cannot be written: {error.strerror}") from error
            self._read_tail()
            stack.pop_all()
        return self

    def close(self) -> None:
        self._file.close()

    def write(self, mentions: Sequence[ScoredMention]) -> Sequence[ScoredMention]:
        new: dict[str, ScoredMention] = {}
        for scored in mentions:
            if scored.mention.id not in self._ids:
                new.setdefault(scored.mention.id, scored)
        lines = [f"{_json(scored, self._model)}\n".encode() for scored in new.values()]
        content = memoryview(b"".join(lines))
        size = self._size + len(content)
        try:
            # A write that failed may have left a part.
            self._file.truncate(self._size)
            while content:
                content = content[self._file.write(content) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StreamError(f"{self._path} cannot be written: {error.strerror}") from error
        self._size = size
        self._ids.update(dict.fromkeys(new))
        return list(new.values())

    def _read_tail(self) -> None:
        """Read the ids in the end of the file. A last line without a line break is cut off."""
        size = self._file.seek(0, os.SEEK_END)
        self._file.seek(max(0, size - _TAIL_BYTES))
        tail = self._file.read()
        whole, _, torn = tail.rpartition(b"\n")
        # The next write cuts off the torn line.
        self._size = size - len(torn)
        lines = whole.split(b"\n")[1 if size > _TAIL_BYTES else 0 :]
        try:
            self._ids.update((json.loads(line)["id"], None) for line in lines if line)
        except (ValueError, KeyError, TypeError) as error:
            raise StreamError(f"{self._path} is no output of this program: name another") from error


def _json(scored: ScoredMention, model: StoredModel) -> str:
    """The mention without its text, and the fields of the HTTP answer."""
    mention = scored.mention
    fields = {
        "id": mention.id,
        "source": mention.source,
        "posted_at": posted_at(mention, scored.received_at).isoformat(),
        **answer_fields(scored.answer, model),
    }
    return json.dumps(fields, ensure_ascii=False)
