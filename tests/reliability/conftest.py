"""The server of several test modules, and the soak.

The soak runs as a process of its own beside the other tests, since it takes ten minutes.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.reliability.restrictions import RESTRICTIONS
from tests.reliability.soak import SoakRecord
from tests.support.champions import REPOSITORY
from tests.support.servers import Server, StartServer

_MODULE = "test_soak.py"
_MINUTES = 10
# Without champions the soak waits for their training.
_PATIENCE_S = 40 * 60


@dataclass
class RunningSoak:
    """The process of ``python -m tests.reliability.soak``."""

    process: subprocess.Popen[bytes]
    record: Path
    log: Path

    def finish(self) -> SoakRecord:
        """The record, after the rest of the ten minutes."""
        self.process.wait(_PATIENCE_S)
        assert self.record.is_file(), self.log.read_text()
        return SoakRecord.model_validate_json(self.record.read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


_SOAK = pytest.StashKey[RunningSoak]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the test of the soak to the end of the run."""
    items.sort(key=lambda item: item.path.name == _MODULE)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the soak before the first test, if its test was selected."""
    selected = any(item.path.name == _MODULE for item in session.items)
    if selected and not session.config.option.collectonly:
        session.config.stash[_SOAK] = soak = _start(session.config)
        session.config.add_cleanup(soak.stop)


def _start(config: pytest.Config) -> RunningSoak:
    folder = Path(mkdtemp(prefix="sentiment-soak-"))
    record, log = folder / "record.json", folder / "log"
    champions = config.cache.mkdir("champions")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.reliability.soak", "--minutes", str(_MINUTES)),
                *("--record", str(record), "--champions", str(champions)),
            ],
            cwd=REPOSITORY,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return RunningSoak(process, record, log)


@pytest.fixture(scope="session")
def restricted_server(start_lasting_server: StartServer) -> Server:
    """A server of two workers with ``RESTRICTIONS``."""
    return start_lasting_server(
        models="baseline", runners="inline", api_workers="2", **RESTRICTIONS
    )


@pytest.fixture(scope="session")
def soak_record(request: pytest.FixtureRequest) -> SoakRecord:
    """The record of the soak that runs beside the other tests."""
    return request.config.stash[_SOAK].finish()
