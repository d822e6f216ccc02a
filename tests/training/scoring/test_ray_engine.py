"""Actors of Ray write the output of local processes, also when an actor is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.champions import REPOSITORY, Workplace
from tests.support.waiting import wait_until

pytestmark = pytest.mark.server

_PATIENCE_S = 300.0


@pytest.fixture(scope="module")
def mentions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mentions") / "mentions.csv"
    rows = (f"{row},They lost my bag again on flight {row % 9000}" for row in range(10_000))
    path.write_text("\n".join(["id,text", *rows]))
    return path


@pytest.fixture(scope="module")
def expected(trained: Workplace, mentions: Path) -> bytes:
    output = mentions.with_name("local.csv")
    trained.training("score", str(mentions), str(output), "--model", "baseline")
    return output.read_bytes()


def start_actors(trained: Workplace, source: Path, output: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "training", "score", str(source), str(output)),
            *("--model", "baseline", "--engine", "ray", "--processes", "2"),
        ],
        env={**trained.environment, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def actors() -> list[int]:
    """Ray names the processes of actors by their class."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if "MapWorker" in " ".join(process.info["cmdline"] or [])
    ]


# Ray alone takes half a minute to start on two busy cores.
@pytest.mark.slow
def test_a_killed_actor_loses_and_duplicates_no_row(
    trained: Workplace, mentions: Path, expected: bytes
) -> None:
    output = mentions.with_name("ray.csv")
    process = start_actors(trained, mentions, output)
    wait_until(lambda: bool(actors()) or process.poll() is not None, _PATIENCE_S)
    os.kill(actors()[0], signal.SIGKILL)
    _, errors = process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == 0, errors
    assert output.read_bytes() == expected


def test_a_cluster_that_does_not_answer_is_one_line(trained: Workplace, mentions: Path) -> None:
    outcome = trained.training(
        *("score", str(mentions), str(mentions.with_name("none.csv")), "--model", "baseline"),
        *("--engine", "ray", "--address", "127.0.0.1:1"),
        check=False,
    )
    assert outcome.returncode == 2
    assert "the cluster 127.0.0.1:1 does not answer" in outcome.stderr
    assert "Traceback" not in outcome.stderr
