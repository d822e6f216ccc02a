"""Progress of a training, on the terminal and in MLflow."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import mlflow
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

console = Console(stderr=True)


class TrackedProgress:
    """The ``Monitor`` of a tracked run: a bar of batches, a line and MLflow metrics an epoch."""

    def __init__(self, family: str, bar: Progress) -> None:
        self._family = family
        self._bar = bar
        self._task = bar.add_task(family, total=None)
        self._announced = -1

    def batch(self, epoch: int, done: int, total: int) -> None:
        self._bar.update(
            self._task,
            description=f"{self._family} epoch {epoch + 1}",
            completed=done,
            total=total,
        )
        if not console.is_terminal and epoch != self._announced:
            self._announced = epoch
            console.print(f"{self._family}: epoch {epoch + 1}, {total} steps")

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        mlflow.log_metrics(
            {f"epoch_{name}": float(value) for name, value in metrics.items()}, step=epoch
        )
        figures = "  ".join(f"{name} {value:.4f}" for name, value in metrics.items())
        line = f"{self._family} epoch {epoch + 1}: {figures}"
        self._bar.console.print(line, highlight=False, soft_wrap=True)


@contextmanager
def tracked_progress(family: str) -> Iterator[TrackedProgress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        yield TrackedProgress(family, bar)
