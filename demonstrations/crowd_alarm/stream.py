"""The program ``python -m serving.stream`` with lines on its standard input."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from demonstrations.crowd_alarm.mentions import TimedMention
from demonstrations.crowd_alarm.traffic import STEP_S
from tests.support.servers import free_port

_REPOSITORY = Path(__file__).parents[2]


def command(output: Path, port: int) -> list[str]:
    """The stream of the baseline from a pipe to a file of JSON Lines."""
    program = [sys.executable, "-m", "serving.stream", "--from", "-", "--to", str(output)]
    options = ["--model", "baseline", "--metrics", f"127.0.0.1:{port}"]
    rejected = ["--rejected", str(output.with_suffix(".rejected"))]
    return [*program, *options, *rejected]


def environment() -> dict[str, str]:
    """Variables of the stream, with the model store and the key of this process."""
    return {**os.environ, "PYTHONPATH": str(_REPOSITORY)}


def score(mentions: Iterable[TimedMention], folder: Path, name: str) -> Path:
    """Run all mentions through the stream, as fast as it goes. Returns the file of results."""
    lines, output = folder / f"{name}.mentions.jsonl", folder / f"{name}.scored.jsonl"
    with lines.open("w") as file:
        file.writelines(mention.line(number) for number, mention in enumerate(mentions))
    partial = folder / f"{name}.partial.jsonl"
    partial.unlink(missing_ok=True)
    with lines.open("rb") as source, (folder / f"{name}.log").open("w") as log:
        subprocess.run(
            [*command(partial, free_port()), "--batch", "1000"],
            stdin=source,
            stderr=log,
            env=environment(),
            cwd=_REPOSITORY,
            check=True,
        )
    # The tweets are needed no more.
    lines.unlink()
    return partial.rename(output)


@dataclass
class Steps:
    """Scored mentions in steps of 15 s, counted from ``start``."""

    start: float
    labels: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    """Mentions by step, source and label."""
    unsure: Counter[tuple[int, str]] = field(default_factory=Counter)
    """Answers in doubt by step and source."""

    def add(self, scored: Path) -> None:
        with scored.open() as file:
            for line in file:
                mention = json.loads(line)
                time = datetime.fromisoformat(mention["posted_at"]).timestamp()
                step, source = int((time - self.start) // STEP_S), mention["source"]
                self.labels[step, source, mention["label"]] += 1
                self.unsure[step, source] += not mention["confident"]
