"""Files of runs in a tracking store whose folder was renamed."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest
from mlflow.entities import Run

from tests.support.tracking import tracking_store
from training.errors import TrackingError
from training.tracking.artifacts import artifact_names, check_artifact_folder, load_artifact
from training.tracking.mlflow_runs import EXPERIMENT, connect

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture
def renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A run in a store whose folder got another name afterwards."""
    former, present = tmp_path / "a folder" / "Projet été 2026", tmp_path / "a folder" / "new name"
    with tracking_store(former):
        connect()
        with mlflow.start_run() as run:
            mlflow.log_dict({"scores": [1]}, "proof.json")
    former.rename(present)
    with tracking_store(present):
        yield run


def test_files_of_a_run_are_found_after_the_folder_was_renamed(renamed: Run) -> None:
    assert load_artifact(renamed, "proof.json") == {"scores": [1]}
    assert artifact_names(renamed) == {"proof.json"}

    # New runs would go into a folder of the former name, until the name is linked.
    experiment = connect().get_experiment_by_name(EXPERIMENT)
    with pytest.raises(TrackingError, match="was renamed or moved: ln -s ") as caught:
        check_artifact_folder(experiment)
    command = re.sub(".*moved: ", "", str(caught.value))
    subprocess.run(command, shell=True, check=True)  # noqa: S602 the command is a line for a shell
    check_artifact_folder(experiment)
    assert load_artifact(renamed, "proof.json") == {"scores": [1]}

    (Path.cwd() / "mlruns").rename(Path.cwd() / "elsewhere")
    with pytest.raises(TrackingError, match=r"are missing: they were in .*Projet été 2026/mlruns"):
        load_artifact(renamed, "proof.json")
