"""The kind of each test: one of the markers ``unit``, ``training``, ``server`` and ``image``.

pyproject.toml describes the markers. A test has the most demanding kind of its fixtures, its folder
and its module, unless it is marked itself.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.champions import REPOSITORY

# From the least demanding to the most demanding.
KINDS = ("unit", "training", "server", "image")
_FIXTURES = {
    "workplace": "training",
    "trained": "training",
    "start_server": "server",
    "start_package_server": "server",
    "start_module_server": "server",
    "start_container": "image",
}
_PLACES = {
    "tests/image": "image",
    "tests/integration": "server",
    "tests/reliability": "server",
    "tests/monitoring/test_alertmanager.py": "server",
    "tests/monitoring/test_render.py": "server",
    "tests/monitoring/test_rules.py": "server",
    "tests/models/distilbert/test_fine_tuning.py": "training",
    "tests/models/distilbert/test_sentence_head.py": "training",
    "tests/models/lstm/test_training.py": "training",
    "tests/training/fitting": "training",
    "tests/training/promotion": "training",
    "tests/training/reports": "training",
}


def mark_kind(item: pytest.Item) -> None:
    """Mark a collected test with its kind. Raises ``pytest.UsageError`` if it has several."""
    marked = [mark.name for mark in item.iter_markers() if mark.name in KINDS]
    if len(set(marked)) > 1:
        raise pytest.UsageError(f"{item.nodeid} is marked {' and '.join(marked)}: one kind only")
    if not marked:
        item.add_marker(kind(item.path, getattr(item, "fixturenames", ())))


def kind(path: Path, fixtures: tuple[str, ...]) -> str:
    """The most demanding kind that a test's file and fixtures ask for."""
    place = path.relative_to(REPOSITORY)
    asked = [
        *(found for folder, found in _PLACES.items() if place.is_relative_to(folder)),
        *(found for name, found in _FIXTURES.items() if name in fixtures),
    ]
    return max(asked, key=KINDS.index, default="unit")


class _Guard:
    """An audit hook: while it is active, ports and processes of the product are errors."""

    active = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.active:
            return
        if event == "socket.bind" and isinstance(arguments[1], tuple):
            raise RuntimeError(f"a unit test opens the port {arguments[1]}")
        if event == "subprocess.Popen":
            command = arguments[1]
            words = command.split() if isinstance(command, str) else command
            assert isinstance(words, list | tuple)
            if "training" in words or "serve" in words:
                raise RuntimeError(f"a unit test starts {words}")


_guard = _Guard()
sys.addaudithook(_guard)


@contextmanager
def guarded(item: pytest.Item) -> Iterator[None]:
    """Let a unit test fail that opens a port, trains by the command line or serves."""
    _guard.active = item.get_closest_marker("unit") is not None
    try:
        yield
    finally:
        _guard.active = False
