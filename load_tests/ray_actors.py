"""``python -m load_tests.ray_actors``: bulk scoring by one actor of Ray and by two."""

import os
import signal
import statistics
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Annotated

import psutil
import typer

from load_tests.tables import table
from load_tests.traffic.tweets import tweets
from models.artifacts.store import StoredModel, find_champion
from training.markdown import replace_between
from training.scoring.engine import CHUNK_TEXTS
from training.scoring.ray_engine import RayEngine

_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.ray_actors -->"
    for part in ("ray actors", "end of ray actors")
)
_ACTORS = (1, 2)


def ray_actors(
    family: Annotated[str, typer.Option(help="family whose champion scores")] = "distilbert",
    chunks: Annotated[int, typer.Option(help=f"chunks of {CHUNK_TEXTS} texts in a run")] = 16,
    rounds: Annotated[int, typer.Option(help="runs of each number of actors, alternating")] = 3,
    document: Annotated[Path | None, typer.Option(help="document that gets the table")] = None,
) -> None:
    """Compare the rates of one actor and of two, and count the rows after an actor was killed."""
    model = find_champion(family)
    if model is None:
        raise SystemExit(f"the model store holds no {family}: python -m training bootstrap")
    texts = list(islice(cycle(tweets()), chunks * CHUNK_TEXTS))
    parts = [texts[start : start + CHUNK_TEXTS] for start in range(0, len(texts), CHUNK_TEXTS)]
    rates: dict[int, list[float]] = {actors: [] for actors in _ACTORS}
    for round_ in range(rounds):
        for actors in _ACTORS:
            rates[actors].append(_rate(model, parts, actors))
            typer.echo(f"round {round_ + 1}: {actors} actors, {rates[actors][-1]:.0f}/s", err=True)
    answered = _rows_after_a_kill(model, parts)
    medians = {actors: statistics.median(rates[actors]) for actors in _ACTORS}
    rows = [
        (family, str(actors), f"{medians[actors]:,.0f}", f"{medians[actors] / medians[1]:.2f}")
        for actors in _ACTORS
    ]
    report = (
        f"{table(('model', 'actors', 'texts/s', 'ratio'), rows)}\n\n"
        f"Medians of {rounds} runs. The rate counts after the first answer of each actor. Of "
        f"{len(texts):,} texts, {answered:,} had one answer in a run in which an actor was "
        "killed."
    )
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)


def _rate(model: StoredModel, chunks: Sequence[list[str]], actors: int) -> float:
    """Texts per second of all actors, after each of them has answered once."""
    with RayEngine(model.folder, actors, None) as engine:
        answers = engine.map(iter(chunks))
        for _ in range(actors):
            next(answers)
        began = time.perf_counter()
        answered = sum(len(scored) for scored in answers)
        seconds = time.perf_counter() - began
    return answered / seconds


def _rows_after_a_kill(model: StoredModel, chunks: Sequence[list[str]]) -> int:
    with RayEngine(model.folder, 2, None) as engine:
        answers = engine.map(iter(chunks))
        answered = len(next(answers))
        killed = False
        for scored in answers:
            answered += len(scored)
            if not killed:
                killed = _kill_an_actor()
    if not killed:
        raise SystemExit("no actor was found: the run was too short")
    return answered


def _kill_an_actor() -> bool:
    for process in psutil.Process().children(recursive=True):
        # Ray names the processes of actors by their class.
        if "MapWorker" in " ".join(process.cmdline()):
            os.kill(process.pid, signal.SIGKILL)
            return True
    return False


if __name__ == "__main__":
    typer.run(ray_actors)
