"""Counts that expire, in memory that the workers of one server share."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_UN, lockf
from hashlib import blake2b
from math import floor
from mmap import mmap
from pathlib import Path
from struct import Struct
from threading import Lock

from limits.storage import SlidingWindowCounterSupport, Storage
from limits.storage.base import TimestampedSlidingWindow

_BUCKETS = 2048
_SLOTS_PER_BUCKET = 8
# Hash of the key, time of expiry, count.
_SLOT = Struct("=QdI4x")
_BUCKET_SIZE = _SLOT.size * _SLOTS_PER_BUCKET
_SIZE = _BUCKET_SIZE * _BUCKETS


class SharedStorage(Storage, SlidingWindowCounterSupport, TimestampedSlidingWindow):
    """A storage of the library ``limits`` for all workers of one server.

    The storage is a hash table of 16,384 counts (384 KiB) in a mapped file. Each change holds a
    lock of the file, which the kernel releases if the worker dies. A full bucket gives the slot of
    the count that expires first to a new key. A limit on more clients at once than slots is
    therefore less strict, and needs no more memory.
    """

    STORAGE_SCHEME = None

    def __init__(self, path: Path | None) -> None:
        """Map the file ``path``, created if it is missing. None: a server's only worker."""
        super().__init__()
        self._thread_lock = Lock()
        self._file: int | None = None
        self._table: mmap
        if path is None:
            self._table = mmap(-1, _SIZE)
            return
        # The file stays open: closing it would release the locks of this process.
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, _SIZE)
        self._table = mmap(self._file, _SIZE)

    @property
    def base_exceptions(self) -> type[Exception]:
        return OSError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to a count. A new count expires after ``expiry`` seconds."""
        with self._locked():
            return self._add(key, expiry, amount, time.time())

    def get(self, key: str) -> int:
        with self._locked():
            return self._find(_hash(key), time.time())[2]

    def get_expiry(self, key: str) -> float:
        """The time when the count expires; now if there is no count."""
        now = time.time()
        with self._locked():
            _, expires, count = self._find(_hash(key), now)
        return expires if count else now

    def clear(self, key: str) -> None:
        with self._locked():
            place, _, count = self._find(_hash(key), time.time())
            if count:
                _SLOT.pack_into(self._table, place, 0, 0.0, 0)

    def check(self) -> bool:
        return True

    def reset(self) -> None:
        with self._locked():
            self._table[:] = bytes(_SIZE)

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """Add to the window's count unless the weighted count would exceed ``limit``."""
        now = time.time()
        with self._locked():
            previous, previous_ttl, current, _ = self._window(key, expiry, now)
            if floor(previous * previous_ttl / expiry + current) + amount > limit:
                return False
            # The count is needed until the end of the next window.
            self._add(self.sliding_window_keys(key, expiry, now)[1], 2 * expiry, amount, now)
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Counts and remaining seconds: previous count, its seconds, current count, its seconds."""
        with self._locked():
            return self._window(key, expiry, time.time())

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        for window in self.sliding_window_keys(key, expiry, time.time()):
            self.clear(window)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # A lock of a file excludes other processes, but no other thread of this process.
        with self._thread_lock:
            if self._file is None:
                yield
                return
            lockf(self._file, LOCK_EX)
            try:
                yield
            finally:
                lockf(self._file, LOCK_UN)

    def _window(self, key: str, expiry: int, now: float) -> tuple[int, float, int, float]:
        previous_key, current_key = self.sliding_window_keys(key, expiry, now)
        remaining = expiry - now % expiry
        previous = self._find(_hash(previous_key), now)[2]
        current = self._find(_hash(current_key), now)[2]
        return previous, remaining if previous else 0.0, current, remaining + expiry

    def _add(self, key: str, expiry: float, amount: int, now: float) -> int:
        hashed = _hash(key)
        place, expires, count = self._find(hashed, now)
        if not count:
            expires = now + expiry
        count = min(count + amount, 2**32 - 1)
        _SLOT.pack_into(self._table, place, hashed, expires, count)
        return count

    def _find(self, hashed: int, now: float) -> tuple[int, float, int]:
        """Place, expiry and count of a key. A key without a count gets the place of the slot that
        expires first, which may have expired.
        """
        start = hashed % _BUCKETS * _BUCKET_SIZE
        bucket = self._table[start : start + _BUCKET_SIZE]
        first, first_expiry = start, float("inf")
        for offset, (other, expires, count) in enumerate(_SLOT.iter_unpack(bucket)):
            place = start + offset * _SLOT.size
            if other == hashed and expires > now:
                return place, expires, count
            if expires < first_expiry:
                first, first_expiry = place, expires
        return first, 0.0, 0


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest())
