"""The record of the last starts, which bounds them to one a day."""

import json
import os
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

_DAY = timedelta(days=1)


class RecordError(Exception):
    """The file of the record is damaged or cannot be written."""


class StartRecord:
    """The time of each family's last start, in a JSON file that outlives the receiver.

    The file is written before a start. After a crash between the two, the start is missing for a
    day: a second start on one day would break the bound.
    """

    def __init__(self, path: Path) -> None:
        """Raises ``RecordError``, also if the folder of the file is missing."""
        self._path = path
        self._lock = threading.Lock()
        try:
            text = path.read_text("utf-8") if path.exists() else "{}"
            starts = {name: datetime.fromisoformat(time) for name, time in json.loads(text).items()}
            self._write(starts)
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise RecordError(f"{path} cannot be used: {error}") from error
        self._starts = starts

    def claim(self, families: Sequence[str], now: datetime | None = None) -> str | None:
        """The family that may start now, which is the one whose last start is the longest ago.

        None if a retraining started within the last day. Raises ``RecordError``.
        """
        now = now or datetime.now(UTC)
        with self._lock:
            # A start far in the future is a clock that was wrong.
            if any(abs(now - start) < _DAY for start in self._starts.values()):
                return None
            never = datetime.min.replace(tzinfo=UTC)
            family = min(families, key=lambda name: self._starts.get(name, never))
            self._replace({**self._starts, family: now})
            return family

    def release(self, family: str) -> None:
        """Forget the start of a family, because its retraining failed. Raises ``RecordError``."""
        with self._lock:
            self._replace({name: time for name, time in self._starts.items() if name != family})

    def _replace(self, starts: dict[str, datetime]) -> None:
        try:
            self._write(starts)
        except OSError as error:
            raise RecordError(f"{self._path} cannot be written: {error}") from error
        self._starts = starts

    def _write(self, starts: dict[str, datetime]) -> None:
        partial = self._path.with_name(f"{self._path.name}.partial")
        with partial.open("w", encoding="utf-8") as file:
            json.dump({name: time.isoformat() for name, time in starts.items()}, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._path)
