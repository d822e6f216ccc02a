"""Progress of a training, on the terminal and in MLflow; interruption by a signal."""

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

import mlflow
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from models.family import Interrupted

console = Console(stderr=True)
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_LOG_EVERY = 60.0


class TrackedProgress:
    """The ``Monitor`` of a tracked run: a progress bar, and a line and MLflow metrics each epoch.

    Without a terminal a line at the beginning of each epoch and every minute replaces the bar.
    """

    def __init__(self, family: str, bar: Progress) -> None:
        self._family = family
        self._bar = bar
        self._task = bar.add_task(family, total=None)
        self._epoch = -1
        self._logged = time.monotonic()
        self._interrupted = False

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """Signal handler: the next call of ``batch`` raises ``Interrupted``."""
        self._interrupted = True

    def batch(self, epoch: int, done: int, total: int) -> None:
        self._bar.update(
            self._task,
            description=f"{self._family} epoch {epoch + 1}",
            completed=done,
            total=total,
        )
        late = time.monotonic() - self._logged >= _LOG_EVERY
        if not console.is_terminal and (late or epoch != self._epoch):
            self._epoch, self._logged = epoch, time.monotonic()
            console.print(f"{self._family}: epoch {epoch + 1}, step {done} of {total}")
        if self._interrupted:
            raise Interrupted

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        mlflow.log_metrics(
            {f"epoch_{name}": float(value) for name, value in metrics.items()}, step=epoch
        )
        figures = "  ".join(f"{name} {value:.4f}" for name, value in metrics.items())
        line = f"{self._family} epoch {epoch + 1}: {figures}"
        self._bar.console.print(line, highlight=False, soft_wrap=True)


@contextmanager
def tracked_progress(family: str) -> Iterator[TrackedProgress]:
    """Progress of the block. SIGTERM or SIGINT raises ``Interrupted`` in it at the next batch."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        progress = TrackedProgress(family, bar)
        before = {number: signal.signal(number, progress.interrupt) for number in _SIGNALS}
        try:
            yield progress
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
