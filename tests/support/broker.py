"""Redis on loopback, from Debian's package."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import redis

from tests.support.servers import free_port
from tests.support.waiting import wait_until


@dataclass
class Broker:
    """A Redis server whose data survive a restart."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, folder: Path, port: int | None = None) -> Self:
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("redis-server is not installed: run make debian")
        folder.mkdir(parents=True, exist_ok=True)
        port = port or free_port()
        settings = {"bind": "127.0.0.1", "port": str(port), "dir": str(folder)}
        durable = {"appendonly": "yes", "appendfsync": "always", "save": ""}
        options = [
            part for name, value in {**settings, **durable}.items() for part in (f"--{name}", value)
        ]
        process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        broker = cls(folder, port, process)
        wait_until(broker.answers)
        return broker

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> "redis.Redis":
        return redis.Redis.from_url(self.url)

    def entries(self, stream: str) -> list[dict[bytes, bytes]]:
        """The fields of a stream's entries, the oldest first."""
        found: Any = self.client.xrange(stream)
        return [fields for _, fields in found]

    def pending(self, stream: str) -> int:
        """Entries that were read and not acknowledged."""
        found: Any = self.client.xinfo_groups(stream)
        return sum(group["pending"] for group in found)

    def answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.ConnectionError:
            return False

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
