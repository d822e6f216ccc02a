"""A compared server that runs until the end of a block."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from load_tests.load import write_bodies
from load_tests.ports import free_ports
from load_tests.process_tree import ProcessTree
from load_tests.servers import ComparedServer, Workplace


@dataclass(frozen=True)
class RunningServer:
    """``url`` is where its ``path`` is asked; ``first_answer_s`` counts from its start."""

    address: str
    url: str
    folder: Path
    tree: ProcessTree
    first_answer_s: float

    def bodies(self, name: str, requests: Sequence[object]) -> Path:
        return write_bodies(self.folder / name, requests)


@contextmanager
def running(
    server: ComparedServer, body: object, model: Path | None = None
) -> Iterator[RunningServer]:
    """Start the server with the transformer in ``model``; it has answered ``body`` by then."""
    with tempfile.TemporaryDirectory(prefix="load-test-") as name:
        folder = Path(name)
        place = Workplace(folder, free_ports(3), model or folder)
        address = f"http://127.0.0.1:{place.port}"
        url = f"{address}{server.path}"
        command = server.command(server.programs(), place)
        with ProcessTree(command, server.environment(place), folder) as tree:
            yield RunningServer(address, url, folder, tree, tree.seconds_to_first_answer(url, body))
