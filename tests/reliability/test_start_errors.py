"""An error at the start is one line that names the file or the setting."""

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from serving.feedback.database import migrate
from serving.secret import load_or_create_secret
from tests.support.challengers import VERSION, store_with_challenger
from tests.support.champions import Workplace
from tests.support.servers import Server, StartServer, free_port


def start_error(server: Server) -> str:
    """The only line of a server that does not start."""
    assert server.process.wait(60) == 1
    (line,) = server.read_log().splitlines()
    return line


def test_every_bad_setting_is_named_without_its_value(start_server: StartServer) -> None:
    bad = {
        "admin_key": "planted",
        "api_keys": "planted",
        "api_workers": "100000",
        "database_url": "sqlite://",
        "queue_ms": "inf",
    }
    message = start_error(start_server(ready=False, models="baseline", **bad))
    assert [name for name in bad if f"SENTIMENT_{name.upper()}: " not in message] == []
    assert "planted" not in message


def test_an_unknown_setting_is_reported_with_the_nearest_name(start_server: StartServer) -> None:
    server = start_server(ready=False, models="baseline", timout_s="3")
    message = "SENTIMENT_TIMOUT_S is no setting; the nearest is SENTIMENT_TIMEOUT_S"
    assert message in start_error(server)


def test_a_database_that_cannot_be_opened_names_its_setting(
    start_server: StartServer, tmp_path: Path
) -> None:
    file = tmp_path / "feedback.db"
    file.write_text("no database")
    file.chmod(0o600)
    server = start_server(ready=False, models="baseline", database_url=f"sqlite:///{file}")
    assert "SENTIMENT_DATABASE_URL" in start_error(server)


def test_a_database_of_a_newer_service_is_refused(
    start_server: StartServer, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'feedback.db'}"
    migrate(url)
    with sqlite3.connect(tmp_path / "feedback.db") as database:
        database.execute("UPDATE sentiment_alembic_version SET version_num = '9999'")
    database.close()
    server = start_server(ready=False, models="baseline", database_url=url)
    assert "a newer service has changed the tables" in start_error(server)


def test_runner_services_on_tcp_ports_are_refused(
    start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENTOML_NO_UDS", "1")
    server = start_server(ready=False, models="baseline", runners="service")
    assert "unset BENTOML_NO_UDS" in start_error(server)


def test_the_process_of_a_challenger_on_a_tcp_port_is_refused(
    start_server: StartServer,
    trained: Workplace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BENTOML_NO_UDS", "1")
    store = store_with_challenger(trained, tmp_path)
    server = start_server(
        ready=False,
        store=store,
        models="baseline",
        runners="inline",
        shadow="baseline:challenger",
    )
    assert "unset BENTOML_NO_UDS" in start_error(server)


def test_a_missing_challenger_is_named_with_the_command_that_makes_one(
    start_server: StartServer,
) -> None:
    server = start_server(ready=False, models="baseline", shadow="baseline:challenger")
    message = start_error(server)
    assert "the model store holds no challenger of baseline" in message
    assert "python -m training retrain baseline" in message


def test_a_changed_challenger_is_refused(
    start_server: StartServer, trained: Workplace, tmp_path: Path
) -> None:
    store = store_with_challenger(trained, tmp_path)
    challenger = store / "models" / "sentiment-baseline-challenger" / VERSION
    weights = challenger / "weights" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    server = start_server(
        ready=False,
        store=store,
        models="baseline",
        runners="inline",
        split="baseline:challenger:10",
    )
    assert "weights.safetensors was changed after" in start_error(server)


def test_a_start_with_a_secret_that_others_can_read_is_refused(
    start_server: StartServer, tmp_path: Path
) -> None:
    load_or_create_secret(tmp_path)
    (file,) = tmp_path.iterdir()
    file.chmod(0o644)
    server = start_server(ready=False, models="baseline", data_dir=str(tmp_path))
    assert f"chmod 600 {file}" in start_error(server)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", free_port())) as listener:
        yield listener.getsockname()[1]


def test_a_port_in_use_is_named(start_server: StartServer, taken_port: int) -> None:
    server = start_server(ready=False, port=taken_port, models="baseline")
    assert f"port {taken_port} of 127.0.0.1 is in use" in start_error(server)
