"""The versions that a server serves and its latest change, published by the parent process."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

Stage = Literal["requested", "checking", "loading", "switching", "done", "refused"]
RESULTS = ("done", "refused")
"""Stages that end a change."""

_FILE = "models.json"


class ModelVersion(BaseModel):
    """A version whose signature the parent has verified, by the SHA-256 of its manifest."""

    model_config = ConfigDict(frozen=True)

    version: str
    manifest_sha256: str


class Change(BaseModel):
    """A change of one family.

    ``candidate`` is set once the model has passed its trial. ``turns`` are the names of the API
    workers that may switch.
    """

    number: int
    model: str
    version: str
    previous: str
    stage: Stage
    started_at: datetime
    ended_at: datetime | None = None
    reason: str | None = None
    candidate: ModelVersion | None = None
    turns: tuple[str, ...] = ()

    @property
    def runs(self) -> bool:
        return self.stage not in RESULTS


class ServerState(BaseModel):
    """What all processes of a server shall serve.

    - ``served``: the version of each family that a starting worker loads
    - ``held``: the versions of each family that its runner service shall hold
    - ``change``: the latest change
    - ``ended``: the number of changes of each family by result
    """

    served: dict[str, ModelVersion]
    held: dict[str, tuple[ModelVersion, ...]]
    change: Change | None = None
    ended: dict[str, dict[str, int]]

    @classmethod
    def at_start(cls, served: Mapping[str, ModelVersion]) -> "ServerState":
        return cls(
            served=dict(served),
            held={family: (version,) for family, version in served.items()},
            ended={family: dict.fromkeys(RESULTS, 0) for family in served},
        )

    def target(self, family: str, worker: str) -> ModelVersion:
        """The version that an API worker shall serve now."""
        change = self.change
        if change and change.runs and change.model == family and worker in change.turns:
            return change.candidate or self.served[family]
        return self.served[family]


class StateFile:
    """The file of the state in the folder that the processes of a server share."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._new = folder / f"{_FILE}.new"

    def publish(self, state: ServerState) -> None:
        """Replace the state at once. Only the parent process publishes."""
        self._new.write_text(state.model_dump_json(), encoding="utf-8")
        self._new.replace(self._path)

    def read(self) -> ServerState:
        return ServerState.model_validate_json(self._path.read_bytes())

    def mark(self) -> tuple[int, int]:
        """A value that differs after each publication."""
        found = self._path.stat()
        return found.st_ino, found.st_mtime_ns
