"""The folder of the feedback: closed to other users, on a full disk and on a read-only disk."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.api_errors import is_error
from tests.support.servers import Server, StartServer
from tests.support.verdicts import database_of, judge, predict, recorded


def as_root(*command: str) -> None:
    """Run a command as root. A failure is an error: the test is never left out."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    subprocess.run([*sudo, *command], check=True, capture_output=True)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of 1 MiB that other users may read, with a database that they may read."""
    disk = tmp_path_factory.mktemp("disk")
    owner = f"uid={os.geteuid()},gid={os.getegid()}"
    as_root("mount", "-t", "tmpfs", "-o", f"size=1m,mode=755,{owner}", "tmpfs", str(disk))
    (disk / "feedback.db").touch(0o644)
    yield disk
    as_root("umount", "--lazy", str(disk))


@pytest.fixture(scope="module")
def server(start_module_server: StartServer, disk: Path) -> Server:
    return start_module_server(models="baseline", runners="inline", data_dir=str(disk))


def refuse(server: Server, reason: str) -> str:
    """Assert that a verdict gets a 503, a log line and a count. Returns its prediction."""
    before = server.total("sentiment_feedback_store_errors_total")
    (prediction_id,) = predict(server, 1)
    refused = judge(server, prediction_id)
    assert is_error(refused, 503)
    assert int(refused.headers["Retry-After"]) >= 1
    assert server.total("sentiment_feedback_store_errors_total") == before + 1
    assert f"the feedback store failed: {database_of(server)}: {reason}" in server.read_log()
    assert httpx.post(f"{server.url}/predict", json={"text": "fine"}, timeout=60).is_success
    return prediction_id


def accept(server: Server, prediction_id: str) -> None:
    answer = judge(server, prediction_id)
    assert answer.status_code == 200
    assert answer.json()["feedback_id"] in recorded(database_of(server))


def test_the_start_closes_an_open_folder_and_an_open_database(server: Server, disk: Path) -> None:
    accept(server, predict(server, 1)[0])
    assert disk.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o077 for path in disk.iterdir()} == {
        "feedback.db": 0,
        "feedback.db-journal": 0,
        "secret.key": 0,
    }
    assert f"{disk} was open to other users: its mode was 755" in server.read_log()
    assert f"{disk / 'feedback.db'} was open to other users" in server.read_log()


def test_a_full_disk_is_a_503_and_the_next_verdict_with_room_is_recorded(
    server: Server, disk: Path
) -> None:
    accept(server, predict(server, 1)[0])
    with pytest.raises(OSError, match="No space left"), (disk / "filler").open("wb") as filler:
        filler.write(bytes(2**20))
    assert shutil.disk_usage(disk).free == 0
    late = refuse(server, "database or disk is full")
    (disk / "filler").unlink()
    accept(server, late)


def test_a_read_only_disk_is_a_503_and_the_next_verdict_is_recorded_when_it_is_writable(
    server: Server, disk: Path
) -> None:
    as_root("mount", "-o", "remount,ro", str(disk))
    try:
        late = refuse(server, "attempt to write a readonly database")
    finally:
        as_root("mount", "-o", "remount,rw", str(disk))
    accept(server, late)
