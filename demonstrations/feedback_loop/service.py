"""A ``bentoml serve`` process of this project on loopback, with a database of its own."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demonstrations.feedback_loop.workplace import FAMILY, REPOSITORY, Workplace
from load_tests.servers.ports import first_free_port
from load_tests.servers.process_tree import ProcessTree
from serving.api_keys import new_api_key


@dataclass(frozen=True)
class Service:
    """``keys``: one API key for each client."""

    url: str
    database: Path
    keys: list[str]


@contextmanager
def run_service(workplace: Workplace, database: Path, clients: int) -> Iterator[Service]:
    """Serve the champion of a workplace, with feedback in a SQLite file, until the context ends."""
    made = [new_api_key(f"client-{number}", "6000/minute") for number in range(clients)]
    port = first_free_port(1)
    with tempfile.TemporaryDirectory(prefix="feedback-loop-") as name:
        folder = Path(name)
        # A server empties the metrics folder of its home, so that it gets a home of its own.
        home = folder / "home"
        home.mkdir()
        (home / "models").symlink_to(workplace.store / "models")
        environment = {
            **workplace.environment,
            "BENTOML_HOME": str(home),
            "SENTIMENT_API_KEYS": ",".join(entry for _, entry in made),
            "SENTIMENT_API_WORKERS": "1",
            "SENTIMENT_DATABASE_URL": f"sqlite:///{database}",
            "SENTIMENT_MODELS": FAMILY,
        }
        command = [
            *(sys.executable, "-m", "bentoml", "serve", "service:SentimentService"),
            *("--working-dir", str(REPOSITORY), "--host", "127.0.0.1", "--port", str(port)),
        ]
        url = f"http://127.0.0.1:{port}"
        keys = [key for key, _ in made]
        with ProcessTree(command, environment, folder) as tree:
            tree.seconds_to_first_answer(f"{url}/predict", {"text": "Hello"}, bearer(keys[0]))
            yield Service(url, database, keys)


def bearer(key: str) -> dict[str, str]:
    """The header of a request with a key."""
    return {"Authorization": f"Bearer {key}"}
