"""The SQLite file is deleted, moved, replaced or damaged while two workers use it."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.api_errors import is_error
from tests.support.servers import Server, StartServer
from tests.support.verdicts import database_of, judge, judge_at_once, predict, recorded


@pytest.fixture(scope="module")
def server(start_module_server: StartServer) -> Server:
    return start_module_server(models="baseline", runners="inline", api_workers="2")


@pytest.fixture
def database(server: Server, tmp_path: Path) -> Iterator[Path]:
    """The server's file with a verdict. A sound file is in its place again after the test."""
    database = database_of(server)
    assert judge(server, predict(server, 1)[0]).status_code == 200
    yield database
    assert {judge(server, each).status_code for each in predict(server, 4)} == {200}


def errors(server: Server) -> float:
    return server.total("sentiment_feedback_store_errors_total")


def logged_failures(server: Server) -> int:
    return server.read_log().count("the feedback store failed: ")


def refuse(server: Server, reason: str) -> list[str]:
    """Assert that verdicts get a 503, a log line and a count. Returns their predictions.

    The maintenance of a worker that starts late may fail too, and is counted in the same way.
    """
    before, logged_before = errors(server), logged_failures(server)
    prediction_ids = predict(server, 8)
    for refused in judge_at_once(server, prediction_ids):
        assert is_error(refused, 503)
        assert int(refused.headers["Retry-After"]) >= 1
    assert errors(server) - before == logged_failures(server) - logged_before >= 8
    assert f"the feedback store failed: {database_of(server)}: {reason}" in server.read_log()
    return prediction_ids


def accept(server: Server, prediction_ids: list[str]) -> set[str]:
    """Assert that verdicts are recorded. Returns their ids."""
    answers = judge_at_once(server, prediction_ids)
    assert [answer.status_code for answer in answers] == [200] * len(prediction_ids)
    return {answer.json()["feedback_id"] for answer in answers}


def test_verdicts_get_a_503_while_the_database_is_moved_away(
    server: Server, database: Path
) -> None:
    acknowledged = accept(server, predict(server, 8))
    away = database.rename(database.with_name("away.db"))
    late = refuse(server, "No such file or directory")
    assert not database.exists()
    away.rename(database)
    assert acknowledged | accept(server, late) <= recorded(database)


def test_verdicts_go_to_the_backup_that_replaced_a_deleted_database(
    server: Server, database: Path, tmp_path: Path
) -> None:
    backup = Path(shutil.copy(database, tmp_path))
    database.unlink()
    late = refuse(server, "No such file or directory")
    shutil.copy(backup, database.with_name("restored"))
    database.with_name("restored").rename(database)
    assert recorded(backup) | accept(server, late) <= recorded(database)


def test_verdicts_go_to_the_file_that_replaced_the_database(
    server: Server, database: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copy(database, database.with_name("copy.db")))
    copy.rename(database)
    assert accept(server, predict(server, 8)) <= recorded(database)


def overwrite_header(database: Path) -> None:
    with database.open("r+b") as file:
        file.write(b"\xff" * 100)


def truncate(database: Path) -> None:
    with database.open("r+b") as file:
        file.truncate(5000)


def empty(database: Path) -> None:
    database.write_bytes(b"")


def overwrite_pages(database: Path) -> None:
    size = database.stat().st_size
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xaa" * (size - 4096))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (overwrite_header, "file is not a database"),
        (truncate, "database disk image is malformed"),
        (empty, "no such table: feedback"),
        (overwrite_pages, "database disk image is malformed"),
    ],
)
def test_verdicts_get_a_503_while_the_database_is_damaged(
    server: Server,
    database: Path,
    tmp_path: Path,
    damage: Callable[[Path], None],
    reason: str,
) -> None:
    acknowledged = accept(server, predict(server, 8))
    backup = Path(shutil.copy(database, database.with_name("backup.db")))
    damage(database)
    late = refuse(server, reason)
    assert httpx.post(f"{server.url}/predict", json={"text": "fine"}, timeout=60).is_success
    backup.rename(database)
    assert acknowledged | accept(server, late) <= recorded(database)


def test_no_acknowledged_verdict_is_lost_while_the_database_is_moved_away_and_back(
    server: Server, database: Path
) -> None:
    acknowledged: set[str] = set()
    codes: set[int] = set()
    ended = threading.Event()

    def judge_until_the_end() -> None:
        for prediction_id in predict(server, 200):
            if ended.is_set():
                return
            answer = judge(server, prediction_id)
            codes.add(answer.status_code)
            if answer.status_code == 200:
                acknowledged.add(answer.json()["feedback_id"])

    clients = [threading.Thread(target=judge_until_the_end) for _ in range(4)]
    for client in clients:
        client.start()
    for _ in range(15):
        time.sleep(0.1)
        away = database.rename(database.with_name("away.db"))
        time.sleep(0.05)
        away.rename(database)
    time.sleep(0.5)
    ended.set()
    for client in clients:
        client.join()
    assert codes == {200, 503}
    assert acknowledged <= recorded(database)
    assert len(acknowledged) > 10
