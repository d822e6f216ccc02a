"""Actors of Ray answer as processes of this machine do, also when an actor is killed."""

import os
import signal
import threading
from collections.abc import Iterator

import numpy as np
import psutil
import pytest

from tests.support.champions import Workplace
from training.errors import TrainingError
from training.scoring.local_engine import LocalEngine
from training.scoring.ray_engine import RayEngine
from training.scoring.scored_texts import ScoredTexts

pytestmark = [
    pytest.mark.server,
    # Ray's own code leaves sockets and files to the garbage collection.
    pytest.mark.filterwarnings("ignore"),
]

_CHUNKS = [
    [f"They lost my bag again, flight {chunk} {row}" for row in range(100)] for chunk in range(12)
] + [[]]


@pytest.fixture(scope="module")
def engine(trained: Workplace) -> Iterator[RayEngine]:
    with RayEngine(trained.champion("baseline"), 2, None) as started:
        yield started


@pytest.fixture(scope="module")
def expected(trained: Workplace) -> list[ScoredTexts]:
    with LocalEngine(trained.champion("baseline"), 1) as local:
        return list(local.map(iter(_CHUNKS)))


def assert_equal(answers: list[ScoredTexts], expected: list[ScoredTexts]) -> None:
    assert len(answers) == len(expected)
    for found, wanted in zip(answers, expected, strict=True):
        for column, values in zip(found.columns, wanted.columns, strict=True):
            np.testing.assert_array_equal(column, values)


def test_actors_give_the_answers_of_local_processes(
    engine: RayEngine, expected: list[ScoredTexts]
) -> None:
    assert_equal(list(engine.map(iter(_CHUNKS))), expected)


def test_a_killed_actor_loses_and_duplicates_no_row(
    engine: RayEngine, expected: list[ScoredTexts]
) -> None:
    killed = threading.Event()

    def kill_an_actor() -> None:
        while not killed.is_set():
            for process in psutil.process_iter(["cmdline"]):
                # Ray names the processes of actors by their class.
                if "ScoringActor" in " ".join(process.info["cmdline"] or []):
                    os.kill(process.pid, signal.SIGKILL)
                    killed.set()
                    return

    killer = threading.Thread(target=kill_an_actor)
    killer.start()
    try:
        answers = list(engine.map(iter(_CHUNKS * 40)))
    finally:
        assert killed.is_set()
        killer.join()
    assert_equal(answers, expected * 40)


def test_a_cluster_that_does_not_answer_is_one_line(trained: Workplace) -> None:
    engine = RayEngine(trained.champion("baseline"), 1, "127.0.0.1:1")
    with pytest.raises(TrainingError, match=r"Ray does not start on the cluster 127\.0\.0\.1:1"):
        engine.__enter__()
