"""The finished parts of a bulk scoring: a folder beside the output, which a new start reads."""

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from zipfile import BadZipFile

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from training.errors import TrainingError
from training.scoring.scored_texts import ScoredTexts

_STATE, _LOCK, _JOINED = "state.json", "lock", "joined"
_SUFFIX = ".part"


Write = Callable[[IO[bytes]], object]
"""Writes the content of an opened file."""


class RunState(BaseModel):
    """Everything that the bytes of the output depend on. ``inputs``: SHA-256 by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    output: str
    inputs: dict[str, str]
    text_column: str | None
    model: str
    version: str
    manifest_sha256: str
    part_rows: int
    chunk_texts: int
    known_texts: int


class Parts:
    """Parts in ``folder``, numbered from 0; a context manager, which locks the folder.

    An error before the first finished part leaves no folder.

    A part is one file, which is complete as soon as it has its name: its rows and bad rows in the
    format of the output, and the answers to its new texts.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.finished = 0
        self._lock = FileLock(folder / _LOCK)

    def __enter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise TrainingError(f"{self.folder} is in use: another run writes the output") from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None and not self.finished and self._lock.is_locked:
            self.delete()
        self._lock.release()

    def begin(self, state: RunState, *, resume: bool) -> None:
        """Find the parts that a killed run with the same state has finished.

        Without ``resume`` the parts are deleted. Raises ``TrainingError`` if there are parts of
        another run.
        """
        finished = self._count()
        if finished and resume and (former := self._read_state()) is not None:
            if former != state:
                raise TrainingError(
                    f"{self.folder} has {finished} parts of a run with {_difference(former, state)}"
                    ": delete the folder to begin anew"
                )
            self.finished = finished
            return
        self._delete_files()
        self._write(_STATE, lambda file: file.write(state.model_dump_json(indent=2).encode()))

    def write(
        self, number: int, rows: bytes, bad_rows: Sequence[Sequence[str]], answers: ScoredTexts
    ) -> None:
        """Write a part, and return when the disk has it. Raises OSError."""
        arrays: dict[str, Any] = {
            "rows": np.frombuffer(rows, np.uint8),
            "bad_rows": np.frombuffer(encode_bad_rows(bad_rows), np.uint8),
            **{f"answers{index}": column for index, column in enumerate(answers.columns)},
        }
        self._write(_name(number), lambda file: np.savez(file, **arrays))
        self.finished = number + 1

    def answers(self, number: int) -> ScoredTexts:
        """The answers to the new texts of a part."""
        return ScoredTexts(*self._load(number, *(f"answers{index}" for index in range(4))))

    def rows(self) -> Iterator[bytes]:
        """The rows of each finished part."""
        for number in range(self.finished):
            yield self._load(number, "rows")[0].tobytes()

    def bad_rows(self) -> Iterator[bytes]:
        """The bad rows of each finished part."""
        for number in range(self.finished):
            yield self._load(number, "bad_rows")[0].tobytes()

    def joined(self, write: Write) -> Path:
        """A file of the folder with the content that ``write`` writes into it."""
        return self._write(_JOINED, write)

    def delete(self) -> None:
        """Delete the folder."""
        self._delete_files()
        self._lock.release()
        (self.folder / _LOCK).unlink(missing_ok=True)
        self.folder.rmdir()

    def _count(self) -> int:
        """The number of parts before the first that is missing."""
        number = 0
        while (self.folder / _name(number)).exists():
            number += 1
        return number

    def _read_state(self) -> RunState | None:
        try:
            return RunState.model_validate_json((self.folder / _STATE).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def _load(self, number: int, *names: str) -> list[NDArray[Any]]:
        path = self.folder / _name(number)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as part:
                return [part[name] for name in names]
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise TrainingError(
                f"{path} is damaged ({error}): delete {self.folder} to begin anew"
            ) from error

    def _write(self, name: str, write: Write) -> Path:
        path = self.folder / name
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        return path

    def _delete_files(self) -> None:
        # The state goes first: parts without a state belong to no run.
        names = (_STATE, _JOINED)
        own = [*(self.folder / name for name in names), *self.folder.glob(f"*{_SUFFIX}")]
        for path in [*own, *self.folder.glob("*.unfinished")]:
            path.unlink(missing_ok=True)


def encode_bad_rows(bad_rows: Iterable[Sequence[str]]) -> bytes:
    """Lines of the side file."""
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(bad_rows)
    return lines.getvalue().encode()


def _name(number: int) -> str:
    return f"{number:08}{_SUFFIX}"


def _difference(former: RunState, state: RunState) -> str:
    """The first difference of two states, in words."""
    before, now = former.model_dump(), state.model_dump()
    if former.inputs != state.inputs:
        names = former.inputs.keys() ^ state.inputs.keys()
        changed = {name for name in former.inputs if former.inputs[name] != state.inputs.get(name)}
        return f"other rows in {min(names or changed)}"
    name = next(name for name in before if before[name] != now[name])
    return f"another {name.replace('_', ' ')} ({before[name]}, now {now[name]})"
