import os
import subprocess
import sys
import time
from pathlib import Path

import limits
import pytest
from limits.strategies import SlidingWindowCounterRateLimiter

from serving.workers import shared_storage
from serving.workers.shared_storage import SharedStorage


@pytest.fixture(params=["file", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> SharedStorage:
    return SharedStorage(tmp_path / "clients" if request.param == "file" else None)


def test_a_count_grows_and_expires(storage: SharedStorage) -> None:
    assert storage.get("a") == 0
    assert [storage.incr("a", 0.2), storage.incr("a", 60, amount=4)] == [1, 5]
    assert storage.get("a") == 5
    assert 0 < storage.get_expiry("a") - time.time() <= 0.2
    time.sleep(0.25)
    assert storage.get("a") == 0
    assert storage.incr("a", 60) == 1


def test_keys_have_counts_of_their_own(storage: SharedStorage) -> None:
    for number in range(1000):
        storage.incr(f"key {number}", 60, amount=number + 1)
    assert [storage.get(f"key {number}") for number in range(1000)] == list(range(1, 1001))
    storage.clear("key 7")
    assert [storage.get("key 7"), storage.get("key 8")] == [0, 9]
    storage.reset()
    assert storage.get("key 8") == 0


def test_a_full_bucket_forgets_the_count_that_expires_first(
    storage: SharedStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_storage, "_BUCKETS", 1)
    for number in range(9):
        storage.incr(f"key {number}", 60 + number)
    assert [storage.get(f"key {number}") for number in range(9)] == [0, *[1] * 8]


def test_a_window_slides(storage: SharedStorage) -> None:
    limiter = SlidingWindowCounterRateLimiter(storage)
    rate = limits.parse("100 per 3 seconds")
    began = _wait_for_share_of_window(3, 0)
    assert [limiter.hit(rate, "a") for _ in range(101)] == [True] * 100 + [False]
    assert limiter.get_window_stats(rate, "a").remaining == 0
    assert limiter.hit(rate, "b")
    # Half of the previous window is within the last three seconds, and counts.
    _wait_for_share_of_window(3, 0.5)
    before = time.time()
    permits = sum(limiter.hit(rate, "a") for _ in range(100))
    after = time.time()
    assert after < began + 6, "the machine is too slow for this test"
    assert 100 * (before % 3) / 3 - 1 <= permits <= 100 * (after % 3) / 3 + 1


def _wait_for_share_of_window(seconds: int, share: float) -> float:
    """Sleep until the next window, and then for a share of it. Returns the time."""
    time.sleep(seconds - time.time() % seconds + share * seconds)
    return time.time()


def test_workers_share_one_limit(tmp_path: Path) -> None:
    """Four processes ask for 3,000 permits, 2,000 times each."""
    rate = limits.parse("3000/day")
    reads, writes = os.pipe()
    workers = []
    for _ in range(4):
        pid = os.fork()
        if pid == 0:
            limiter = SlidingWindowCounterRateLimiter(SharedStorage(tmp_path / "clients"))
            permits = sum(limiter.hit(rate, "a") for _ in range(2000))
            os.write(writes, permits.to_bytes(4))
            os._exit(0)
        workers.append(pid)
    for pid in workers:
        os.waitpid(pid, 0)
    assert sum(int.from_bytes(os.read(reads, 4)) for _ in workers) == 3000
    assert (tmp_path / "clients").stat().st_mode & 0o777 == 0o600


def test_a_suspended_worker_that_holds_the_lock_does_not_stop_the_others(tmp_path: Path) -> None:
    file = tmp_path / "clients"
    storage = SharedStorage(file)
    hold = (
        "import fcntl, sys, time\n"
        "file = open(sys.argv[1], 'r+b')\n"
        "fcntl.lockf(file, fcntl.LOCK_EX)\n"
        "print('locked', flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(file)], stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        before = time.monotonic()
        assert storage.incr("a", 60) == 1
        assert time.monotonic() - before < 10
        worker.kill()
