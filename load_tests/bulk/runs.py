"""Runs of bulk scoring: the command with its memory, the steady rate, and the loads beside it."""

import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from load_tests.servers.process_tree import ProcessTree
from models.artifacts.store import StoredModel
from models.cores import usable_cores
from training.scoring.local_engine import LocalEngine
from training.scoring.output_place import OutputPlace
from training.scoring.score_files import ScoringRun, score_files
from training.scoring.summary import Summary

_REPOSITORY = Path(__file__).parents[2]
_DISTINCT = re.compile(r"distinct texts\s+([\d,]+)")


@dataclass(frozen=True)
class CommandRun:
    """A run of ``python -m training score``, from its start to its end.

    ``peak_mib``: the largest sum of the proportional set sizes of all its processes.
    """

    rows: int
    distinct: int
    seconds: float
    peak_mib: float


def run_command(family: str, source: Path, rows: int) -> CommandRun:
    """Run the command on a file of ``rows`` rows, with one process a core."""
    with tempfile.TemporaryDirectory(prefix="bulk-", dir=source.parent) as name:
        folder = Path(name)
        command = [
            *(sys.executable, "-m", "training", "score", str(source), "out.csv"),
            *("--model", family),
        ]
        environment = {**os.environ, "PYTHONPATH": str(_REPOSITORY)}
        with ProcessTree(command, environment, folder) as tree:
            seconds = tree.seconds_to_end()
        found = _DISTINCT.search((folder / "server.log").read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit("the command printed no number of distinct texts")
    return CommandRun(rows, int(found[1].replace(",", "")), seconds, tree.peak_mib)


@dataclass
class _Clock:
    """Times at which parts were finished, with the rows so far."""

    parts: list[tuple[float, int]] = field(default_factory=list)

    def begin(self, lines: int | None) -> None:
        self.parts = []

    def update(self, lines: int, summary: Summary) -> None:
        self.parts.append((time.perf_counter(), summary.rows))

    @property
    def rate(self) -> float:
        """Rows per second between the first and the last part."""
        (began, first), (ended, last) = self.parts[0], self.parts[-1]
        return (last - first) / (ended - began)


def steady_rate(model: StoredModel, source: Path, part_rows: int) -> float:
    """Rows per second after the first part, so that the start of the processes plays no part."""
    clock = _Clock()
    output = OutputPlace(str(source.with_suffix(".scored.csv")))
    with LocalEngine(model.folder, usable_cores()) as engine:
        score_files(ScoringRun(str(source), output, model, part_rows=part_rows), engine, clock)
    return clock.rate


def write_batches(path: Path, texts: Sequence[str], family: str, size: int) -> Path:
    """Write bodies of ``/predict_batch`` with ``size`` texts each, for ``post``."""
    bodies = (
        {"texts": texts[start : start + size], "model": family}
        for start in range(0, len(texts) - size + 1, size)
    )
    path.write_text("".join(f"{json.dumps(body, ensure_ascii=False)}\n" for body in bodies))
    return path
