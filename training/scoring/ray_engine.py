"""The engine of a cluster: Ray Data with a pool of actors.

https://docs.ray.io/en/latest/data/batch_inference.html
"""

import logging
import os
import socket
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from models.artifacts.manifest import MANIFEST, WEIGHTS
from training.errors import TrainingError
from training.scoring.engine import EngineError
from training.scoring.scored_texts import ScoredTexts
from training.scoring.text_scorer import TextScorer

if TYPE_CHECKING:
    import pyarrow as pa

# Chunks of one execution of Ray Data, which starts its actors anew. A part of equal texts is one
# chunk, and its rows wait in memory for the end of the execution.
_CHUNKS_TOGETHER = 256
_READERS = 3
_STARTS = 3
_PATIENCE_S = 5.0
_TIMED_OUT = "timed out during startup"
_LOOPBACK = "127.0.0.1"
_DTYPES = {
    "labels": np.uint8,
    "probabilities": np.float32,
    "readers": np.float32,
    "doubts": np.uint8,
}


class RayEngine:
    """Scores with the model in ``folder`` in ``actors`` actors of a Ray cluster.

    ``address``: the cluster, None to start Ray on this machine. ``gpus``: GPUs of each actor; an
    actor with a GPU scores with the native backend. Ray restarts an actor that ends, and the actor
    scores its chunk again.
    """

    def __init__(self, folder: Path, actors: int, address: str | None, gpus: float = 0.0) -> None:
        self._folder = folder
        self._actors = actors
        self._address = address
        self._gpus = gpus

    def __enter__(self) -> Self:
        # Ray reads these variables at its import, and its processes inherit them.
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        os.environ["RAY_DATA_DISABLE_PROGRESS_BARS"] = "1"
        try:
            import ray.data
        except ModuleNotFoundError as error:
            raise TrainingError('Ray is missing: pip install "ray[data]"') from error
        self._start()
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        self._model = ray.put(_model_files(self._folder))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        import ray

        ray.shutdown()

    def _start(self) -> None:
        import ray

        place = f"the cluster {self._address}" if self._address else "this machine"
        if self._address is not None and not _listens(self._address):
            raise TrainingError(f"{place} does not answer: give the HOST:PORT of ray start --head")
        for attempt in range(1, _STARTS + 1):
            try:
                ray.init(**self._settings())
            except Exception as error:
                # Ray gives one of its own processes 15 s to start, which a busy machine exceeds.
                if _TIMED_OUT in str(error) and attempt < _STARTS:
                    ray.shutdown()
                    continue
                reason = (str(error).splitlines() or [""])[0]
                raise TrainingError(f"Ray does not start on {place}: {reason}") from error
            return

    def _settings(self) -> dict[str, Any]:
        """Arguments of ``ray.init``."""
        quiet = {"logging_level": "error", "log_to_driver": False}
        if self._address is None:
            own = {"num_cpus": self._actors, "num_gpus": self._gpus * self._actors}
            here = {"address": "local", "include_dashboard": False, "_node_ip_address": _LOOPBACK}
            return {**quiet, **own, **here}
        # The machines of a cluster get this code. They need the packages of the group ray.
        sources = Path(__file__).parents[2]
        code = {"py_modules": [str(sources / "models"), str(sources / "training")]}
        return {**quiet, "address": self._address, "runtime_env": code}

    def map(self, chunks: Iterator[list[str]]) -> Iterator[ScoredTexts]:
        """The answers to each chunk, in their order. Raises ``EngineError`` if Ray fails."""
        import pyarrow as pa
        import ray

        while together := list(islice(chunks, _CHUNKS_TOGETHER)):
            tables = [
                pa.table({"texts": pa.array([chunk], pa.list_(pa.string()))}) for chunk in together
            ]
            scored = ray.data.from_arrow(tables).map_batches(
                ScoringActor,
                fn_constructor_args=(self._model, bool(self._gpus)),
                compute=ray.data.ActorPoolStrategy(size=self._actors),
                batch_format="pyarrow",
                batch_size=None,
                num_cpus=1,
                num_gpus=self._gpus,
            )
            try:
                for row in scored.iter_rows():
                    yield _scored_texts(row)
            except ray.exceptions.RayError as error:
                reason = (str(error).splitlines() or [""])[0]
                raise EngineError(f"Ray failed: {reason}") from error


class ScoringActor:
    """An actor of Ray with a scorer of one thread. The cluster sends the files of the model."""

    def __init__(self, model: Any, native: bool) -> None:
        import ray

        files: dict[str, bytes] = ray.get(model) if isinstance(model, ray.ObjectRef) else model
        with tempfile.TemporaryDirectory() as scratch:
            for name, content in files.items():
                path = Path(scratch) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            self._scorer = TextScorer(
                Path(scratch), threads=1, backend="native" if native else "onnx"
            )

    def __call__(self, chunks: "pa.Table") -> "pa.Table":
        """The answers to chunks, one row each: the bytes of the arrays of ``ScoredTexts``."""
        import pyarrow as pa

        scored = [self._scorer.score(texts) for texts in chunks["texts"].to_pylist()]
        columns = zip(_DTYPES, zip(*(each.columns for each in scored), strict=True), strict=True)
        return pa.table(
            {
                name: pa.array([values.tobytes() for values in arrays], pa.binary())
                for name, arrays in columns
            }
        )


def _listens(address: str) -> bool:
    """Whether a program listens at HOST:PORT. Ray itself would try for minutes."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=_PATIENCE_S):
            return True
    except (OSError, ValueError):
        return False


def _scored_texts(row: dict[str, Any]) -> ScoredTexts:
    arrays = [np.frombuffer(row[name], dtype) for name, dtype in _DTYPES.items()]
    labels, probabilities, readers, doubts = arrays
    return ScoredTexts(labels, probabilities, readers.reshape(-1, _READERS), doubts)


def _model_files(folder: Path) -> dict[str, bytes]:
    """The files of a model by their names in its folder."""
    paths = [folder / MANIFEST, *(path for path in (folder / WEIGHTS).rglob("*") if path.is_file())]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
