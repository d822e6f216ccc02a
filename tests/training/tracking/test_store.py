"""Tracking stores that cannot be used: one line with the address and the remedy, in time."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from mlflow import MlflowClient

from tests.support.tracking import tracking_store
from training.errors import TrackingError
from training.tracking import run_search
from training.tracking.mlflow_runs import EXPERIMENT, connect
from training.tracking.run_search import finished_runs, run_by_prefix
from training.tracking.store import store_errors

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

PATIENCE_S = 10


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with tracking_store(tmp_path_factory.mktemp("store")) as folder:
        yield folder


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def error_line(uri: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The error of a first connection, which comes in time and is one line."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    started = time.monotonic()
    with pytest.raises(TrackingError) as caught:
        connect()
    assert time.monotonic() - started < PATIENCE_S
    line = str(caught.value)
    assert "\n" not in line
    return line


@pytest.mark.parametrize(
    ("uri", "remedy"),
    [
        ("localhost:5000", "write http://localhost:5000"),
        ("127.0.0.1:5000", "write http://127.0.0.1:5000"),
        ("mlflow.example.org:5000/path", "write http://mlflow.example.org:5000/path"),
        ("htp://localhost", "write http://HOST:PORT for a server, or sqlite:///FILE for a file"),
        ("mlruns", "sqlite:///FILE for a file"),
        ("sqlite:mlflow.db", "sqlite:///FILE for a file"),
        ("sqlite://mlflow.db", "sqlite:///FILE for a file"),
        ("postgres://anna:secret@db/mlflow", "write postgresql+psycopg://anna:***@db/mlflow"),
    ],
)
def test_an_address_that_names_no_store_is_explained(
    uri: str, remedy: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = error_line(uri, monkeypatch)
    assert line.startswith(f"MLFLOW_TRACKING_URI={uri.replace('secret', '***')} is no address")
    assert line.endswith(remedy)


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("http://127.0.0.1:1", "no MLflow server answers at {uri} (connection refused)"),
        ("http://anna:***@127.0.0.1:1", "no MLflow server answers at {uri} (connection"),
        ("http://no-such-host.invalid:5000", "no MLflow server answers at {uri} (unknown host"),
        ("postgresql+psycopg://anna:***@127.0.0.1:1/x", "the database {uri} does not answer"),
    ],
)
def test_a_server_that_is_down_is_named_in_time(
    uri: str, message: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = error_line(uri.replace("***", "secret"), monkeypatch)
    assert line.startswith(message.format(uri=uri))
    assert line.endswith("or set MLFLOW_TRACKING_URI to another store")


@pytest.mark.server
def test_a_server_that_never_answers_is_named_in_time(
    silent_port: int, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = error_line(f"http://127.0.0.1:{silent_port}", monkeypatch)
    assert line.startswith(f"no MLflow server answers at http://127.0.0.1:{silent_port} (no answer")


@pytest.mark.server
def test_settings_of_mlflow_win_over_the_limits_of_the_first_answer(
    silent_port: int, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    started = time.monotonic()
    error_line(f"http://127.0.0.1:{silent_port}", monkeypatch)
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("place", ["/proc/mlflow.db", "/proc/nowhere/mlflow.db"])
def test_a_place_that_cannot_be_written_is_named(
    place: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = error_line(f"sqlite:///{place}", monkeypatch)
    assert line.startswith(f"the tracking store sqlite:///{place} cannot be written")
    assert "write permission for the file and its folder" in line


def test_a_file_that_is_no_database_is_named(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.db").write_text("no database " * 100)
    line = error_line(f"sqlite:///{tmp_path}/notes.db", monkeypatch)
    assert "cannot be used ((sqlite3.DatabaseError) file is not a database)" in line


def test_a_store_that_is_read_only_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    with sqlalchemy.create_engine(f"sqlite:///{path}").begin() as connection:
        connection.exec_driver_sql("create table runs (id text)")
    read_only = sqlalchemy.create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    with (
        pytest.raises(TrackingError, match=r"mlflow.db cannot be written .*attempt to write a rea"),
        store_errors(f"sqlite:///{path}"),
        read_only.begin() as connection,
    ):
        connection.exec_driver_sql("insert into runs values ('1')")
    read_only.dispose()


def test_a_run_behind_more_than_a_page_is_found(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_search, "_PAGE_RUNS", 2)
    client = connect()
    experiment = client.get_experiment_by_name(EXPERIMENT)
    runs = [
        client.create_run(
            experiment.experiment_id, tags={"family": "baseline", "model_uri": "models:/m-1"}
        )
        for _ in range(5)
    ]
    for run in runs:
        client.set_terminated(run.info.run_id)
    oldest = runs[0].info.run_id
    assert run_by_prefix(client, oldest).info.run_id == oldest
    assert len(finished_runs(client, "baseline")) == 5


def test_a_deleted_experiment_is_named_with_both_remedies(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connect()
    number = client.get_experiment_by_name(EXPERIMENT).experiment_id
    client.delete_experiment(number)
    line = error_line(f"sqlite:///{store}/mlflow.db", monkeypatch)
    assert line.startswith(f"the experiment tweet-sentiment of sqlite:///{store}/mlflow.db is del")
    assert f"mlflow experiments restore --experiment-id {number}" in line
    assert f"mlflow gc --experiment-ids {number}" in line
    MlflowClient().restore_experiment(number)
    connect()
