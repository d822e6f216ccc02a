"""The request of a change, which a worker places for the parent process."""

import os
from pathlib import Path

from pydantic import BaseModel

_FILE = "change-request.json"


class ChangeRequest(BaseModel):
    model: str
    version: str


class RequestFile:
    """A place for one request in the folder that the processes of a server share."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE

    def place(self, request: ChangeRequest) -> bool:
        """Whether the request was placed. False if another one waits."""
        new = self._path.with_suffix(f".{os.getpid()}")
        new.write_text(request.model_dump_json(), encoding="utf-8")
        try:
            # A link fails if the name exists, and the parent process never sees half a request.
            os.link(new, self._path)
        except FileExistsError:
            return False
        finally:
            new.unlink()
        return True

    def waiting(self) -> ChangeRequest | None:
        try:
            return ChangeRequest.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)
