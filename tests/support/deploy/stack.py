"""The services of compose.yaml as processes on loopback, with the files of deploy/."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.deploy.compose import environment, services, settings_of
from tests.support.deploy.nginx import Nginx
from tests.support.object_store import ObjectStore
from tests.support.postgres import Postgres, programs
from tests.support.servers import Server, StartServer, free_port

_PATIENCE_S = 300.0


@dataclass(frozen=True)
class Stores:
    """PostgreSQL with the databases of ``databases.sh``, and the object store."""

    folder: Path
    """A copy of ``deploy/`` after ``prepare.sh``."""
    postgres: Postgres
    objects: ObjectStore

    @property
    def addresses(self) -> dict[str, str]:
        return {
            "@postgres:5432": f"@127.0.0.1:{self.postgres.port}",
            "http://objects:8333": self.objects.url,
        }

    def environment(self, service: str) -> dict[str, str]:
        found = services(settings_of(self.folder))[service]
        return environment(found, self.addresses)

    def backup(self, action: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run the program of the ``backup`` service with its settings."""
        return subprocess.run(
            [sys.executable, str(self.folder / "backup.py"), action, str(folder)],
            env={
                **with_postgres_programs(),
                **self.environment("backup"),
                **self.postgres.environment,
                "BACKUP_SETTINGS": str(self.folder / ".env"),
            },
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def stores(folder: Path, data: Path) -> Iterator[Stores]:
    """Start empty stores with their data in ``data``, which PostgreSQL's user must reach."""
    postgres = Postgres.create(data / "postgres")
    try:
        variables = services(settings_of(folder))["postgres"]["environment"]
        passwords = {name: variables[name] for name in ("FEEDBACK_PASSWORD", "MLFLOW_PASSWORD")}
        subprocess.run(
            [str(folder / "postgres" / "databases.sh")],
            env={**with_postgres_programs(), **passwords, **postgres.environment},
            check=True,
        )
        postgres.ask_for_passwords("feedback", "mlflow")
        objects = ObjectStore.create(data / "objects", settings_of(folder)["OBJECTS_KEY"])
        try:
            yield Stores(folder, postgres, objects)
        finally:
            objects.stop()
    finally:
        postgres.stop()


def start_service(stores: Stores, start_server: StartServer) -> Server:
    """One replica with the baseline, the family with the shortest start-up."""
    variables = stores.environment("sentiment-a")
    settings = {
        name.removeprefix("SENTIMENT_").lower(): value
        for name, value in variables.items()
        if name.startswith("SENTIMENT_")
    }
    return start_server(**{**settings, "models": "baseline", "runners": "inline"})


@contextmanager
def mlflow_server(stores: Stores, log: Path) -> Iterator[int]:
    """Start MLflow's server with the script of its container. Yields the port."""
    port = free_port()
    here = Path(sys.executable).parent
    with log.open("w") as file:
        process = subprocess.Popen(
            [str(stores.folder / "mlflow" / "start.sh")],
            env={
                **os.environ,
                **stores.environment("mlflow"),
                "PATH": f"{here}:{os.environ['PATH']}",
                "MLFLOW_HOST": "127.0.0.1",
                "MLFLOW_PORT": str(port),
            },
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/health", process, log)
        yield port
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def proxy(stores: Stores, folder: Path, server: Server, mlflow_port: int) -> Iterator[Nginx]:
    """Start nginx in front of the service and of MLflow."""
    upstreams = {
        "sentiment:3000": f"127.0.0.1:{server.port}",
        "mlflow:5000": f"127.0.0.1:{mlflow_port}",
    }
    with Nginx(folder, stores.folder / "certificates", upstreams) as nginx:
        yield nginx


def with_postgres_programs() -> dict[str, str]:
    """The variables of this process, with PostgreSQL's programs in ``PATH``."""
    return {**os.environ, "PATH": f"{programs()}:{os.environ['PATH']}"}


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"MLflow did not start:\n{log.read_text()[-4000:]}")
