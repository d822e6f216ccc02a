import os
import signal
from pathlib import Path

from serving.workers.life_lock import LifeLock


def test_a_lock_is_held_until_the_death_of_its_process(tmp_path: Path) -> None:
    lock = LifeLock(tmp_path / "lock")
    assert not lock.is_held()
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        LifeLock(tmp_path / "lock").hold()
        os.write(writes, b".")
        signal.pause()
    os.read(reads, 1)
    assert lock.is_held()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert not lock.is_held()


def test_a_process_without_a_file_counts_as_alive() -> None:
    assert LifeLock(None).is_held()
