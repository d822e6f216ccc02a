"""The import of TensorFlow leaves the standard error stream to the progress of training."""

import subprocess
import sys
from pathlib import Path

from tests.support.champions import REPOSITORY

IMPORT = """
import sys
from models.lstm.tensorflow_import import import_tensorflow
import_tensorflow()
import keras
print("epoch 1", file=sys.stderr)
"""


def imported(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", IMPORT],
        cwd=folder,
        env={"PYTHONPATH": f"{folder}:{REPOSITORY}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_tensorflow_is_imported_without_messages(tmp_path: Path) -> None:
    assert imported(tmp_path).stderr == "epoch 1\n"


def test_an_error_of_the_import_is_shown(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text("raise ImportError('libcudart is missing')\n")
    outcome = imported(tmp_path)
    assert outcome.returncode == 1
    assert outcome.stderr.splitlines()[-1] == "ImportError: libcudart is missing"
