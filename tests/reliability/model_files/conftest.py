import pickle
import shutil
from pathlib import Path

import pytest

from tests.reliability.model_files.damage import Payload
from tests.support.champions import Workplace


@pytest.fixture
def payload(tmp_path: Path) -> Payload:
    """A payload that works: it has run once, and its trace was removed."""
    payload = Payload(tmp_path / "trace")
    pickle.loads(bytes(payload))  # noqa: S301 the test's own bytes
    assert payload.has_run
    payload.trace.rmdir()
    return payload


@pytest.fixture
def baseline(trained: Workplace, tmp_path: Path) -> Path:
    return shutil.copytree(trained.champion("baseline"), tmp_path / "model")
