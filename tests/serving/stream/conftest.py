"""A broker, a database and streams."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.broker import Broker
from tests.support.champions import Workplace
from tests.support.postgres import Postgres
from tests.support.stream import Stream, StreamStarter


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    started = Broker.start(tmp_path_factory.mktemp("broker"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    # PostgreSQL's own user needs a folder that it may enter.
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = Postgres.create(Path(folder) / "postgres")
        yield server
        server.stop()


@pytest.fixture(scope="module")
def streams(
    broker: Broker, trained: Workplace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StreamStarter]:
    folder = tmp_path_factory.mktemp("stream")
    starter = StreamStarter(trained, folder, {"SENTIMENT_BROKER_URL": broker.url})
    yield starter
    starter.stop()


@pytest.fixture(scope="module")
def running(streams: StreamStarter) -> Stream:
    """A program that stores the mentions of the stream ``mentions`` in SQLite."""
    return streams.start()
