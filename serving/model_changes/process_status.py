"""The versions that each process of a server serves, written by the process itself."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel

Role = Literal["api", "runner"]

_PREFIX = "process-"


class Failure(BaseModel):
    """The reason why a process could not load the model of a change."""

    number: int
    reason: str


class ProcessStatus(BaseModel):
    """One process: an API worker, or the runner of a family.

    ``starting`` processes have not loaded their models yet. ``held`` are all versions in memory by
    family, ``serving`` the version that answers later requests.
    """

    name: str
    pid: int
    role: Role
    starting: bool = True
    serving: dict[str, str] = {}
    held: dict[str, tuple[str, ...]] = {}
    failure: Failure | None = None

    def failed(self, number: int) -> str | None:
        """The reason why the process failed in the change ``number``, or None."""
        return self.failure.reason if self.failure and self.failure.number == number else None


class StatusFiles:
    """The status files in the folder that the processes of a server share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, status: ProcessStatus) -> None:
        path = self._folder / f"{_PREFIX}{status.name}.json"
        new = path.with_suffix(".new")
        new.write_text(status.model_dump_json(), encoding="utf-8")
        new.replace(path)

    def living(self) -> list[ProcessStatus]:
        """The processes that live, in the order of their ids."""
        return sorted(self._living(), key=lambda status: status.pid)

    def _living(self) -> Iterator[ProcessStatus]:
        for path in self._folder.glob(f"{_PREFIX}*.json"):
            # The parent process deletes the files of dead processes.
            with suppress(FileNotFoundError):
                status = ProcessStatus.model_validate_json(path.read_bytes())
                if _lives(status.pid):
                    yield status

    def forget_dead_processes(self) -> None:
        for path in self._folder.glob(f"{_PREFIX}*.json"):
            if not _lives(ProcessStatus.model_validate_json(path.read_bytes()).pid):
                path.unlink()


def own_status(role: Role, name: str = "") -> ProcessStatus:
    """The status of this process, which is starting. Its name is its process id by default."""
    return ProcessStatus(name=name or str(os.getpid()), pid=os.getpid(), role=role)


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
