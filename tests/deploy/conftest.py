import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.deploy.compose import DEPLOY, HOST
from tests.support.monitoring.configurations import replaced

_MADE_HERE = shutil.ignore_patterns(".env", "backups", "certificates", "secrets")


def prepare(folder: Path) -> Path:
    """A copy of ``deploy/`` in which ``prepare.sh`` ran and an image was named, as on a server."""
    shutil.copytree(DEPLOY, folder, ignore=_MADE_HERE)
    subprocess.run([str(folder / "prepare.sh"), HOST], check=True, stdout=subprocess.DEVNULL)
    replaced(folder / ".env", {"SENTIMENT_IMAGE=\n": "SENTIMENT_IMAGE=sentiment:1.0.0\n"})
    return folder


@pytest.fixture(scope="package")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("server") / "deploy")
