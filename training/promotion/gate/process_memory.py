"""Memory of a process that has loaded a model.

A process of its own holds one model. Memory that a process has used before stays with it, so that
the gate's process cannot measure a second model.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from models.artifacts.folder import load_model
from training.errors import PromotionError

_REPOSITORY = Path(__file__).parents[3]
_TEXTS = ["the crew was lovely and we landed early " * 3, "late again"] * 32
_LONGEST_S = 300


def measure(folder: Path) -> int:
    """Bytes of resident memory of this process, after it loaded a model and scored 64 texts."""
    _, scorer = load_model(folder, "onnx", threads=1)
    scorer.score(_TEXTS)
    return int(psutil.Process().memory_info().rss)


@contextmanager
def started_measurements(folders: Sequence[Path]) -> Iterator[list[subprocess.Popen[str]]]:
    """A process for each folder, which measures its model while the block does other work."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", __name__, str(folder)],
            env={**os.environ, "PYTHONPATH": str(_REPOSITORY), "PYTHONWARNINGS": "ignore"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for folder in folders
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def measured_bytes(process: subprocess.Popen[str]) -> int:
    """The measurement of a process. Raises ``PromotionError`` if the process failed."""
    try:
        output, errors = process.communicate(timeout=_LONGEST_S)
    except subprocess.TimeoutExpired as error:
        raise PromotionError(
            f"the model's memory was not measured within {_LONGEST_S} s: promote it again on a "
            "machine with less load"
        ) from error
    if process.returncode:
        reason = (errors.strip().splitlines() or [f"exit code {process.returncode}"])[-1]
        raise PromotionError(f"the model's memory cannot be measured: {reason}")
    return int(output)


if __name__ == "__main__":
    sys.stdout.write(f"{measure(Path(sys.argv[1]))}\n")
