from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.containers import Container, Engine, StartContainer
from tests.support.image_report import Figures, write_report


@pytest.fixture(scope="session")
def figures() -> Iterator[Figures]:
    """Tests add what they measure. The report is written after the last one."""
    measured: Figures = {}
    yield measured
    write_report(measured)


@pytest.fixture(scope="session")
def metadata(engine: Engine, image: str) -> dict[str, Any]:
    """The engine's description of the image."""
    return engine.inspect("image", image)


@pytest.fixture(scope="module")
def container(start_container: StartContainer) -> Iterator[Container]:
    """A container of the image with default settings."""
    container = start_container()
    yield container
    container.stop()
