"""Sources of a release's models. tests/integration/test_tracking_backends.py tests the registry."""

import subprocess
import sys
from pathlib import Path

from tests.support.champions import REPOSITORY, Workplace


def test_archives_attached_to_a_release_fill_the_store(
    trained: Workplace, workplace: Workplace, tmp_path: Path
) -> None:
    archives = tmp_path / "archives"
    archives.mkdir()
    export = ("models", "export", "sentiment-baseline:latest", str(archives / "1.bentomodel"))
    subprocess.run(
        [sys.executable, "-m", "bentoml", *export],
        env=trained.environment,
        check=True,
        capture_output=True,
    )
    environment = workplace.environment
    del environment["MLFLOW_TRACKING_URI"]
    outcome = subprocess.run(
        [sys.executable, "-m", "deploy.release.models", str(archives)],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout == "archives\n"
    imported = workplace.champion("baseline")
    assert imported.name == trained.champion("baseline").name
    assert [path.name for path in (workplace.home / "models").iterdir()] == ["sentiment-baseline"]
