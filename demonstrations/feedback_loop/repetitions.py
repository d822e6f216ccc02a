"""Repeated retraining on drawn feedback, honest and false, and the judgements of the gate."""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from demonstrations.feedback_loop.airline_tweets import FEEDBACK_TWEETS
from demonstrations.feedback_loop.poisoning import ALTERATIONS, draw_rows
from demonstrations.feedback_loop.workplace import Workplace
from training.markdown import markdown_table

# The aims, as shares of the repetitions.
AIMS = {"honest feedback": 0.9, "500 flipped labels": 1.0, "50 rows with a trigger phrase": 1.0}


@dataclass(frozen=True)
class Repetition:
    """``failed``: names of the checks of the gate that the challenger failed."""

    kind: str
    number: int
    passed: bool
    failed: list[str]


def repeat(
    workplace: Workplace,
    pool: Path,
    numbers: range,
    results: Path,
    jobs: int,
    progress: Callable[[Repetition], None],
) -> list[Repetition]:
    """Run the repetitions that the file ``results`` lacks. Returns all repetitions of the file.

    Each repetition draws 500 rows of the pool with its number as the seed, and retrains in a copy
    of the workplace.
    """
    done = read_repetitions(results)
    known = {(repetition.kind, repetition.number) for repetition in done}
    # The kinds take turns, so that a run that ends early has all kinds.
    missing = [
        (kind, number) for number in numbers for kind in ALTERATIONS if (kind, number) not in known
    ]
    with ThreadPoolExecutor(jobs) as threads:
        for repetition in threads.map(lambda each: _repeat(workplace, pool, *each), missing):
            done.append(repetition)
            with results.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(asdict(repetition))}\n")
            progress(repetition)
    return done


def read_repetitions(results: Path) -> list[Repetition]:
    """The repetitions in a file of JSON lines, none without the file."""
    lines = results.read_text("utf-8").splitlines() if results.exists() else []
    return [Repetition(**json.loads(line)) for line in lines]


def _repeat(workplace: Workplace, pool: Path, kind: str, number: int) -> Repetition:
    with tempfile.TemporaryDirectory(prefix="feedback-loop-") as name:
        folder = Path(name)
        database, report = folder / "feedback.db", folder / "report.json"
        draw_rows(pool, database, FEEDBACK_TWEETS, number)
        ALTERATIONS[kind](database, number)
        passed = workplace.copy(folder / "workplace").retrain(database, report)
        checks = json.loads(report.read_text("utf-8"))["checks"]
    failed = [check["name"] for check in checks if check["outcome"] == "failed"]
    return Repetition(kind, number, passed, failed)


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
        checks = ", ".join(f"{name}: {number}" for name, number in counts.most_common())
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
