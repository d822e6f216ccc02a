"""Containers of the image under test, with the restrictions of deploy/compose.yaml."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from tests.support.servers import Service, free_port

# The service drains for 30 s at most.
_STOP_S = 35


@dataclass(frozen=True)
class Engine:
    """Docker's or podman's command line."""

    program: str

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.program, *arguments],
            # podman schedules health checks by systemd, which is missing inside a container.
            env={**os.environ, "DISABLE_HC_SYSTEMD": "true"},
            capture_output=True,
            text=True,
            check=check,
        )

    def inspect(self, kind: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run(kind, "inspect", name).stdout)[0]
        return found


@dataclass
class Container(Service):
    """A container with a read-only root, a volume at ``/data``, and no privileges."""

    engine: Engine
    image: str
    volume: str
    settings: dict[str, str]
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ended(self) -> bool:
        return bool(self.state["Status"] == "exited")

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.engine.inspect("container", self.name)["State"]
        return found

    def read_log(self) -> str:
        logged = self.engine.run("logs", self.name)
        return logged.stdout + logged.stderr

    def start(self) -> Self:
        """Start, and return when ``/readyz`` answers 200."""
        settings = {f"SENTIMENT_{name.upper()}": value for name, value in self.settings.items()}
        if self.engine.program == "docker":
            network = ["--publish", f"127.0.0.1:{self.port}:3000"]
        else:
            # Without privileges podman has the host's network alone.
            network = ["--network", "host"]
            settings |= {"BENTOML_HOST": "127.0.0.1", "BENTOML_PORT": str(self.port)}
        self.name = self.engine.run(
            *("run", "--detach", *network, "--read-only", "--tmpfs", "/tmp"),  # noqa: S108
            *("--volume", f"{self.volume}:/data"),
            *("--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
            *(part for name, value in settings.items() for part in ("--env", f"{name}={value}")),
            self.image,
        ).stdout.strip()
        return self.wait_until_ready()

    def execute(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the container. A failure is no error."""
        variables = [f"--env={name}={value}" for name, value in environment.items()]
        return self.engine.run("exec", *variables, self.name, *command, check=False)

    def stop(self) -> None:
        self.engine.run("stop", "--time", str(_STOP_S), self.name)

    def remove(self) -> None:
        self.engine.run("rm", "--force", self.name)


StartContainer = Callable[..., Container]


def container_starter(engine: Engine, image: str) -> Iterator[StartContainer]:
    """Yields a function that starts containers, and removes them and their volumes in the end.

    Keywords are settings of the service without their prefix ``SENTIMENT_``.
    """
    containers: list[Container] = []

    def start(volume: str | None = None, **settings: str) -> Container:
        if volume is None:
            volume = engine.run("volume", "create").stdout.strip()
        container = Container(engine, image, volume, settings)
        containers.append(container)
        return container.start()

    yield start
    for container in containers:
        container.remove()
    engine.run("volume", "rm", "--force", *{container.volume for container in containers})
