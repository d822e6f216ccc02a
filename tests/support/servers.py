"""Real ``bentoml serve`` processes on loopback."""

import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

from tests.support.champions import REPOSITORY, Workplace

_PATIENCE_S = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service(ABC):
    """A running service with its metrics."""

    @property
    @abstractmethod
    def url(self) -> str: ...

    @property
    @abstractmethod
    def ended(self) -> bool:
        """Whether the service ended by itself."""

    @abstractmethod
    def read_log(self) -> str: ...

    @abstractmethod
    def stop(self) -> None: ...

    def wait_until_ready(self) -> Self:
        """Return when ``/readyz`` answers 200."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            if self.ended:
                raise RuntimeError(f"the server ended by itself:\n{self.read_log()[-4000:]}")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return self
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"the server was not ready in time:\n{self.read_log()[-4000:]}")

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60, **options)

    def samples(self, name: str, **labels: str) -> dict[tuple[tuple[str, str], ...], float]:
        """Samples of a metric whose labels include ``labels``. Keys are all labels of a sample."""
        found = {}
        text = httpx.get(f"{self.url}/metrics", timeout=60).text
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == name and labels.items() <= sample.labels.items():
                    found[tuple(sorted(sample.labels.items()))] = sample.value
        return found

    def count_series(self) -> int:
        """The number of series of all metrics."""
        text = httpx.get(f"{self.url}/metrics", timeout=60).text
        return sum(len(family.samples) for family in text_string_to_metric_families(text))

    def total(self, name: str, **labels: str) -> float:
        return sum(self.samples(name, **labels).values())


@dataclass
class Server(Service):
    """A ``bentoml serve`` process with its workers, from start to stop."""

    bento: str
    working_folder: Path
    environment: dict[str, str]
    log: Path
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def read_log(self) -> str:
        return self.log.read_text()

    def start(self) -> Self:
        self.launch()
        return self.wait_until_ready()

    def launch(self) -> None:
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "bentoml", "serve", self.bento),
                    *("--host", "127.0.0.1", "--port", str(self.port)),
                    *("--timeout-graceful-shutdown", "10"),
                ],
                cwd=self.working_folder,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> None:
        """Send SIGTERM, and SIGKILL after 20 s."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def processes(self) -> list[psutil.Process]:
        """The parent and all workers."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def api_workers(self) -> list[psutil.Process]:
        return self._workers("sentiment")

    def runner_workers(self, family: str) -> list[psutil.Process]:
        return self._workers(f"sentiment-{family}-runner")

    @property
    def metrics_folder(self) -> Path:
        """The folder of the files that the workers write their metrics into."""
        (written,) = {
            Path(file.path).parent
            for worker in self.api_workers()
            for file in worker.memory_maps(grouped=True)
            if Path(file.path).name.startswith("counter_")
        }
        return written

    def _workers(self, service: str) -> list[psutil.Process]:
        found = []
        for process in self.processes()[1:]:
            # A process may have been killed.
            with suppress(psutil.NoSuchProcess):
                if service in process.cmdline():
                    found.append(process)
        return found

    def kill(self) -> None:
        """Send SIGKILL to the parent and all workers. Workers are in other process groups."""
        parent = psutil.Process(self.process.pid)
        # A suspended parent restarts no worker.
        parent.suspend()
        family = [*parent.children(recursive=True), parent]
        for process in family:
            process.kill()
        self.process.wait()
        psutil.wait_procs(family, timeout=10)


def own_home(folder: Path, store: Path) -> Path:
    """A BentoML home for one server on a shared model store.

    A server empties the metrics folder of its home, so two servers need two homes.
    """
    home = folder / "home"
    home.mkdir(parents=True)
    (home / "models").symlink_to(store / "models")
    return home


StartServer = Callable[..., Server]


def server_starter(trained: Workplace, new_folder: Callable[[str], Path]) -> Iterator[StartServer]:
    """Yields a function that starts servers, and stops all of them in the end.

    Keywords are settings of the service without their prefix ``SENTIMENT_``. ``store`` is a BentoML
    home with other models than the champions. ``ready=False`` returns before the server answers.
    """
    servers: list[Server] = []

    def start(
        *,
        ready: bool = True,
        port: int = 0,
        store: Path | None = None,
        bento: str = "service:SentimentService",
        working_folder: Path = REPOSITORY,
        **settings: str,
    ) -> Server:
        folder = new_folder("server")
        environment = {
            **trained.environment,
            "BENTOML_HOME": str(own_home(folder, store or trained.home)),
            "SENTIMENT_DATA_DIR": str(folder / "data"),
            # One worker starts faster than the default of one worker per core.
            "SENTIMENT_API_WORKERS": "1",
            **{f"SENTIMENT_{name.upper()}": value for name, value in settings.items()},
        }
        log = folder / "server.log"
        server = Server(bento, working_folder, environment, log, port or free_port())
        servers.append(server)
        if ready:
            server.start()
        else:
            server.launch()
        return server

    yield start
    for server in servers:
        # Tests of a stop stop their servers themselves. A killed server ends two seconds earlier.
        if not server.ended:
            server.kill()
