"""A compared server that runs while its context is open."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from load_tests.servers.compared_server import ComparedServer, Launch
from load_tests.servers.ports import first_free_port
from load_tests.servers.process_tree import ProcessTree
from load_tests.traffic.closed_loop import write_bodies


@dataclass(frozen=True)
class RunningServer:
    """``url`` includes the path of predictions; ``first_answer_s`` counts from the start."""

    address: str
    url: str
    folder: Path
    tree: ProcessTree
    first_answer_s: float

    def write_bodies(self, name: str, requests: Sequence[object]) -> Path:
        return write_bodies(self.folder / name, requests)


@contextmanager
def run_server(
    server: ComparedServer, body: object, model: Path | None = None
) -> Iterator[RunningServer]:
    """Start the server with the transformer in ``model``, and wait until it answers ``body``."""
    with tempfile.TemporaryDirectory(prefix="load-test-") as name:
        folder = Path(name)
        launch = Launch(folder, first_free_port(3), model or folder)
        address = f"http://127.0.0.1:{launch.port}"
        url = f"{address}{server.path}"
        command = server.command(server.programs(), launch)
        with ProcessTree(command, server.environment(launch), folder) as tree:
            yield RunningServer(address, url, folder, tree, tree.seconds_to_first_answer(url, body))
