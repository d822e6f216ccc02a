from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import StartContainer
from tests.support.champions import REPOSITORY
from tests.support.containers import Container, Engine

Figures = dict[str, str]


@pytest.fixture(scope="session")
def figures() -> Iterator[Figures]:
    """What was measured, by its name; written into ``reports/image.md``."""
    measured: Figures = {}
    yield measured
    rows = "".join(f"| {name} | {value} |\n" for name, value in measured.items())
    report = REPOSITORY / "reports" / "image.md"
    report.parent.mkdir(exist_ok=True)
    report.write_text(f"### The image\n\n| what | measured |\n|---|---|\n{rows}", encoding="utf-8")


@pytest.fixture(scope="session")
def metadata(engine: Engine, image: str) -> dict[str, Any]:
    """What the engine says of the image."""
    return engine.inspect("image", image)


@pytest.fixture(scope="module")
def container(start_container: StartContainer) -> Iterator[Container]:
    """A container of the image, with no setting but its defaults."""
    container = start_container()
    yield container
    container.stop()
