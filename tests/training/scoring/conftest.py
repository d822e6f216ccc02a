from pathlib import Path

import pytest

from tests.support.champions import Workplace, champion_folder


@pytest.fixture(scope="session")
def baseline(trained: Workplace) -> Path:
    """The folder of the baseline's champion."""
    return champion_folder(trained.home, "baseline")
