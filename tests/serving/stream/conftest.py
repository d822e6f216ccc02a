"""A broker, a database and streams."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.broker import Broker
from tests.support.champions import Workplace
from tests.support.stream import StreamStarter


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    started = Broker.start(tmp_path_factory.mktemp("broker"))
    yield started
    started.stop()


@pytest.fixture
def streams(broker: Broker, trained: Workplace, tmp_path: Path) -> Iterator[StreamStarter]:
    broker.client.flushall()
    starter = StreamStarter(trained, tmp_path, {"SENTIMENT_BROKER_URL": broker.url})
    yield starter
    starter.stop()
