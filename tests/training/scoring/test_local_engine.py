"""The engine of one machine, with the baseline's champion."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.invented_tweets import BLAME, PRAISE, THINGS
from training.scoring.engine import EngineError
from training.scoring.local_engine import LocalEngine
from training.scoring.text_scorer import TextScorer

TEXTS = [f"the {thing} is {word}" for thing in THINGS for word in PRAISE + BLAME]
CHUNKS = [TEXTS[start : start + 16] for start in range(0, len(TEXTS), 16)]


def test_answers_come_in_the_order_of_the_chunks(baseline: Path) -> None:
    scorer = TextScorer(baseline)
    with LocalEngine(baseline, 2) as engine:
        found = list(engine.map(iter([*CHUNKS, []])))
    assert len(found[-1]) == 0
    for chunk, answers in zip(CHUNKS, found, strict=False):
        assert answers.probabilities.tolist() == scorer.score(chunk).probabilities.tolist()


def test_a_bounded_number_of_chunks_is_in_flight(baseline: Path) -> None:
    taken = 0

    def chunks() -> Iterator[list[str]]:
        nonlocal taken
        for chunk in CHUNKS:
            taken += 1
            yield chunk

    with LocalEngine(baseline, 1) as engine:
        results = engine.map(chunks())
        next(results)
        assert taken < len(CHUNKS)
        assert len(list(results)) == len(CHUNKS) - 1


def test_a_worker_that_dies_is_an_error(baseline: Path) -> None:
    with LocalEngine(baseline, 1) as engine:
        results = engine.map(iter(CHUNKS * 50))
        next(results)
        for worker in psutil.Process().children():
            if "spawn_main" in " ".join(worker.cmdline()):
                os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(EngineError, match="a worker process ended abruptly"):
            list(results)
