"""``python -m training score``: the service's answers, killed runs, pipes and pictures."""

import csv
import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.champions import REPOSITORY, Workplace
from tests.support.command_session import run_commands
from tests.support.invented_tweets import BLAME, PRAISE, THINGS
from tests.support.servers import StartServer
from training.scoring.input_rows import PART_ROWS

TEXTS = [
    "The crew was lovely, thank you!",
    "Two hours late and nobody tells us why.",
    "\U0001f621\U0001f621\U0001f621",
    "Vol annulé, aucune information, service catastrophique. Plus jamais !",
    "I \U0001d421\U0001d41a\U0001d42d\U0001d41e this airline",
    "@AirParadis",
    'A text,\nwith a line break and "quotes"',
]
PARTS = 6


@pytest.fixture
def environment(trained: Workplace) -> dict[str, str]:
    return {**trained.environment, "PYTHONPATH": str(REPOSITORY)}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "training", "score", "--model", "baseline", *arguments]


def run(
    arguments: Sequence[str], folder: Path, environment: dict[str, str], **options: Any
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        **options,
    )


def write_rows(path: Path) -> None:
    """Write rows for ``PARTS`` parts. Each part has new texts, earlier texts and bad rows."""
    chance = random.Random(5)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        for number in range(PARTS * PART_ROWS):
            part = number // PART_ROWS
            flight = 4 * chance.randint(0, part) + chance.randrange(4)
            text = f"the {chance.choice(THINGS)} of {flight} is {chance.choice(PRAISE + BLAME)}"
            writer.writerow([number, text if number % 1000 != 7 else " "])


def test_the_answers_are_those_of_the_server(
    environment: dict[str, str], start_module_server: StartServer, tmp_path: Path
) -> None:
    server = start_module_server(models="baseline", runners="inline")
    with server.client() as client:
        answer = client.post("/predict_batch", json={"texts": TEXTS, "model": "baseline"})
    expected = answer.raise_for_status().json()["predictions"]
    lines = (json.dumps({"n": n, "text": f" {text} "}) for n, text in enumerate(TEXTS * 2))
    (tmp_path / "tweets.jsonl").write_text("\n".join(lines))
    outcome = run(["tweets.jsonl", "scored.jsonl"], tmp_path, environment)
    assert outcome.returncode == 0, outcome.stderr
    found = [json.loads(line) for line in (tmp_path / "scored.jsonl").read_text().splitlines()]
    assert [row["n"] for row in found] == list(range(2 * len(TEXTS)))
    for row, theirs in zip(found, expected * 2, strict=True):
        assert row["probability"] == pytest.approx(theirs["probability"], abs=1e-3)
        assert {name: row[name] for name in ("negative", "neutral", "positive")} == pytest.approx(
            theirs["readers"], abs=1e-3
        )
        for name in ("label", "confident", "doubt"):
            assert row[name] == theirs[name]
        assert row["model"] == theirs["model"]["name"]
        assert row["version"] == theirs["model"]["version"]


def test_a_killed_run_resumes_and_gives_the_same_bytes(
    environment: dict[str, str], tmp_path: Path
) -> None:
    write_rows(tmp_path / "tweets.csv")
    options = ("--on-bad-rows", "skip", "--processes")
    outcome = run(["tweets.csv", "whole.csv", *options, "2"], tmp_path, environment)
    assert outcome.returncode == 0, outcome.stderr
    for killed_after in (1, 4):
        parts = tmp_path / "killed.csv.parts" / f"{killed_after - 1:08}.part"
        with subprocess.Popen(
            command("tweets.csv", "killed.csv", *options, "1"),
            cwd=tmp_path,
            env=environment,
            stderr=subprocess.DEVNULL,
        ) as process:
            while not parts.exists():
                assert process.poll() is None
                time.sleep(0.002)
            workers = psutil.Process(process.pid).children(recursive=True)
            process.kill()
        assert not (tmp_path / "killed.csv").exists()
        # Killed workers would go on scoring for nobody.
        assert not psutil.wait_procs(workers, timeout=30)[1]
    outcome = run(["tweets.csv", "killed.csv", *options, "1"], tmp_path, environment)
    assert outcome.returncode == 0, outcome.stderr
    assert "of them by an earlier run" in outcome.stderr
    for name in ("killed.csv", "killed.csv.bad_rows.csv"):
        whole = tmp_path / name.replace("killed", "whole")
        assert (tmp_path / name).read_bytes() == whole.read_bytes()
    rows = (tmp_path / "killed.csv").read_text().splitlines()
    bad_rows = list(csv.reader((tmp_path / "killed.csv.bad_rows.csv").read_text().splitlines()))
    assert len(bad_rows) - 1 == -(-(PARTS * PART_ROWS - 7) // 1000)
    assert len(bad_rows) + len(rows) - 2 == PARTS * PART_ROWS
    assert bad_rows[1] == ["tweets.csv", "9", "there is no text", ""]
    assert not (tmp_path / "killed.csv.parts").exists()


def test_a_pipe_becomes_json_lines_on_the_standard_output(
    environment: dict[str, str], tmp_path: Path
) -> None:
    piped = "id,text\n1,The crew was lovely\n2,\n3,late again\n"
    arguments = ["-", "-", "--on-bad-rows", "skip", "--plot", "shares.svg"]
    outcome = run(arguments, tmp_path, environment, input=piped)
    assert outcome.returncode == 0, outcome.stderr
    rows = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert [(row["id"], row["text"]) for row in rows] == [
        ("1", "The crew was lovely"),
        ("3", "late again"),
    ]
    assert "there is no text" in (tmp_path / "bad_rows.csv").read_text()
    assert "<svg" in (tmp_path / "shares.svg").read_text()
    assert "probability of positive" in outcome.stderr
    assert "lovely" not in outcome.stderr


def test_a_wrong_argument_is_one_error_line(trained: Workplace, tmp_path: Path) -> None:
    (tmp_path / "bentoml").mkdir()
    (tmp_path / "bentoml" / "models").symlink_to(trained.home / "models")
    (tmp_path / "tweets.csv").write_text("id,text\n1,late\n2,\n")
    cases = {
        ("tweets.csv", "out.xlsx"): "out.xlsx has no suffix of an output: .csv, .tsv, .jsonl",
        ("tweets.csv", "tweets.csv"): "tweets.csv is a file of the input: name another output",
        ("tweets.csv", "no/out.csv"): "no, the folder of the output, does not exist",
        ("tweets.csv", "out.csv"): "tweets.csv, line 3: there is no text. Write a text, or leave",
        ("tweets.csv", "o.csv", "--plot", "p.txt"): "p.txt is no picture: name a .png or .svg",
        ("tweets.csv", "o.csv", "--address", "auto"): "--address belongs to --engine ray",
    }
    commands = [command(*arguments)[3:] for arguments in cases]
    for outcome, message in zip(
        run_commands(Workplace(tmp_path), *commands), cases.values(), strict=True
    ):
        assert outcome.code == 2
        assert outcome.error.startswith(f"error: {message}")
    assert not list(tmp_path.glob("*.parts"))
