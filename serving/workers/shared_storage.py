"""Counts that expire, in memory that the workers of one server share."""

import os
import sys
import time
from hashlib import blake2b
from math import floor
from mmap import mmap
from pathlib import Path
from struct import Struct
from threading import Lock

from limits.storage import SlidingWindowCounterSupport, Storage
from limits.storage.base import TimestampedSlidingWindow

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, lockf

_BUCKETS = 2048
_SLOTS_PER_BUCKET = 8
# Hash of the key, time of expiry, count.
_SLOT = Struct("=QdI4x")
_BUCKET = Struct("=" + "QdI4x" * _SLOTS_PER_BUCKET)
_SIZE = _BUCKET.size * _BUCKETS
_LONGEST_WAIT_S = 0.2
_PAUSE_S = 0.0001


class _Lock:
    """Excludes other threads and, by a lock of the file, other processes.

    A process that is suspended while it holds the lock must not stop the others. They wait for
    ``_LONGEST_WAIT_S`` once, then go on without the lock until it is free. Counts may be lost then.
    """

    def __init__(self, file: int | None) -> None:
        self._file = file
        self._threads = Lock()
        self._longest_wait_s = _LONGEST_WAIT_S

    def __enter__(self) -> None:
        self._threads.acquire()
        if self._file is not None:
            self._longest_wait_s = _LONGEST_WAIT_S if self._lock(self._file) else 0.0

    def __exit__(self, *error: object) -> None:
        if sys.platform != "win32" and self._file is not None:
            lockf(self._file, LOCK_UN)
        self._threads.release()

    def _lock(self, file: int) -> bool:
        """Whether this process has the lock of the file."""
        deadline = time.monotonic() + self._longest_wait_s
        while sys.platform != "win32":
            try:
                lockf(file, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(_PAUSE_S)
            else:
                return True
        return True


class SharedStorage(Storage, SlidingWindowCounterSupport, TimestampedSlidingWindow):
    """A storage of the library ``limits`` for all workers of one server.

    The storage is a hash table of 16,384 counts (384 KiB) in a mapped file. Each change holds a
    lock of the file, which the kernel releases if the worker dies. If a bucket is full, a new key
    replaces the count that expires first. With more clients than slots, limits are therefore less
    strict, and the memory stays constant.
    """

    STORAGE_SCHEME = None

    def __init__(self, path: Path | None, key: bytes = b"") -> None:
        """Map the file ``path``, created if it is missing. None: a server's only worker.

        ``key``: at most 64 bytes, the same for all workers. The file holds keyed hashes of names.
        """
        super().__init__()
        self._key = key
        file = None
        if path is not None:
            # The file stays open: closing it would release the locks of this process.
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            os.ftruncate(file, _SIZE)
        self._table = mmap(-1 if file is None else file, _SIZE)
        self._lock = _Lock(file)

    @property
    def base_exceptions(self) -> type[Exception]:
        return OSError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to a count. A new count expires after ``expiry`` seconds."""
        with self._lock:
            return self._add(key, expiry, amount, time.time())

    def get(self, key: str) -> int:
        with self._lock:
            return self._find(self._hash(key), time.time())[2]

    def get_expiry(self, key: str) -> float:
        """The time when the count expires; now if there is no count."""
        now = time.time()
        with self._lock:
            _, expires, count = self._find(self._hash(key), now)
        return expires if count else now

    def clear(self, key: str) -> None:
        with self._lock:
            place, _, count = self._find(self._hash(key), time.time())
            if count:
                _SLOT.pack_into(self._table, place, 0, 0.0, 0)

    def check(self) -> bool:
        return True

    def reset(self) -> None:
        with self._lock:
            self._table[:] = bytes(_SIZE)

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """Add to the window's count unless the weighted count would exceed ``limit``."""
        now = time.time()
        with self._lock:
            previous, previous_ttl, current, _ = self._window(key, expiry, now)
            if floor(previous * previous_ttl / expiry + current) + amount > limit:
                return False
            # The count is needed until the end of the next window.
            self._add(self.sliding_window_keys(key, expiry, now)[1], 2 * expiry, amount, now)
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Previous count, its remaining seconds, current count, its remaining seconds."""
        with self._lock:
            return self._window(key, expiry, time.time())

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        for window in self.sliding_window_keys(key, expiry, time.time()):
            self.clear(window)

    def _window(self, key: str, expiry: int, now: float) -> tuple[int, float, int, float]:
        previous_key, current_key = self.sliding_window_keys(key, expiry, now)
        remaining = expiry - now % expiry
        previous = self._find(self._hash(previous_key), now)[2]
        current = self._find(self._hash(current_key), now)[2]
        return previous, remaining if previous else 0.0, current, remaining + expiry

    def _add(self, key: str, expiry: float, amount: int, now: float) -> int:
        hashed = self._hash(key)
        place, expires, count = self._find(hashed, now)
        if not count:
            expires = now + expiry
        count = min(count + amount, 2**32 - 1)
        _SLOT.pack_into(self._table, place, hashed, expires, count)
        return count

    def _find(self, hashed: int, now: float) -> tuple[int, float, int]:
        """Place, expiry and count of a key; without a slot, the place that expires first."""
        start = hashed % _BUCKETS * _BUCKET.size
        fields = _BUCKET.unpack_from(self._table, start)
        hashes, expiries = fields[::3], fields[1::3]
        if hashed in hashes:
            slot = hashes.index(hashed)
            count = fields[3 * slot + 2] if expiries[slot] > now else 0
        else:
            slot, count = expiries.index(min(expiries)), 0
        return start + slot * _SLOT.size, expiries[slot], count

    def _hash(self, name: str) -> int:
        """Keyed hash: addresses are too few for a hash without a key to hide them."""
        digest = blake2b(name.encode(), key=self._key, digest_size=8).digest()
        return int.from_bytes(digest)
