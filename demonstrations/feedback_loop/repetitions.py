"""Repeated retraining on drawn feedback, honest and false, and the judgements of the gate."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from demonstrations.feedback_loop.airline_tweets import FEEDBACK_TWEETS
from demonstrations.feedback_loop.poisoning import ALTERATIONS, draw_rows
from demonstrations.feedback_loop.trial import Trial
from demonstrations.feedback_loop.workplace import CommandError, Workplace
from training.markdown import markdown_table

_MODULE = "demonstrations.feedback_loop.repetitions"
# The aims, as shares of the repetitions.
AIMS = {"honest feedback": 0.9, "500 flipped labels": 1.0, "50 rows with a trigger phrase": 1.0}


@dataclass(frozen=True)
class Repetition:
    """``failed``: names of the checks of the gate that the challenger failed."""

    kind: str
    number: int
    passed: bool
    failed: list[str]


def repeat(workplace: Workplace, pool: Path, number: int, results: Path, jobs: int) -> None:
    """Run the repetitions that the file ``results`` lacks, ``number`` of each kind of feedback.

    ``jobs`` processes share them. Raises ``CommandError`` if one of the processes fails.
    """
    command = (sys.executable, "-m", _MODULE, str(pool), str(results), str(number), str(jobs))
    processes = [
        subprocess.Popen([*command, str(job)], env=workplace.environment) for job in range(jobs)
    ]
    codes = [process.wait() for process in processes]
    if any(codes):
        raise CommandError("the repetitions ended early: the same command continues them")


def main(pool: Path, results: Path, number: int, jobs: int, job: int) -> None:
    """Run each ``jobs``-th of the missing repetitions, and append each to ``results``.

    A repetition draws 500 rows of the pool with its number as the seed. The kinds take turns, so
    that a run that ends early has all kinds.
    """
    known = {(repetition.kind, repetition.number) for repetition in read_repetitions(results)}
    wanted = [(kind, draw) for draw in range(number) for kind in ALTERATIONS][job::jobs]
    trial = Trial()
    for kind, draw in wanted:
        if (kind, draw) not in known:
            repetition = _repeat(trial, pool, kind, draw)
            with results.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(asdict(repetition))}\n")
            outcome = "passed" if repetition.passed else ", ".join(repetition.failed)
            sys.stdout.write(f"{kind}, {draw}: {outcome}\n")
            sys.stdout.flush()


def read_repetitions(results: Path) -> list[Repetition]:
    """The repetitions in a file of JSON lines, none without the file."""
    lines = results.read_text("utf-8").splitlines() if results.exists() else []
    return [Repetition(**json.loads(line)) for line in lines]


def _repeat(trial: Trial, pool: Path, kind: str, number: int) -> Repetition:
    with tempfile.TemporaryDirectory(prefix="feedback-loop-") as folder:
        database = Path(folder) / "feedback.db"
        draw_rows(pool, database, FEEDBACK_TWEETS, number)
        ALTERATIONS[kind](database, number)
        verdict = trial.run(database)
    failed = [check.name for check in verdict.checks if check.outcome == "failed"]
    return Repetition(kind, number, verdict.passed, failed)


def repetitions_table(repetitions: Sequence[Repetition]) -> str:
    """A row for each kind of feedback: how often the gate passed it, and the failed checks."""
    rows = []
    for kind, aim in AIMS.items():
        of_kind = [repetition for repetition in repetitions if repetition.kind == kind]
        passed = sum(repetition.passed for repetition in of_kind)
        honest = kind == "honest feedback"
        good = passed if honest else len(of_kind) - passed
        word = "passed" if honest else "stopped"
        counts = Counter(name for repetition in of_kind for name in repetition.failed)
        checks = "; ".join(f"{name}: {number}" for name, number in counts.most_common())
        rows.append(
            (
                kind,
                f"{word} in {good} of {len(of_kind)}",
                f"{word} in {'at least ' if aim < 1 else ''}{aim * len(of_kind):.0f}",
                checks or "-",
            )
        )
    return markdown_table(
        ("feedback", "the gate", "aim", "failed checks, with repetitions"), rows, 4
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))
