from pathlib import Path

import pytest

from tests.support.deploy.compose import prepare


@pytest.fixture(scope="package")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of ``deploy/`` after ``prepare.sh``."""
    return prepare(tmp_path_factory.mktemp("server") / "deploy")
