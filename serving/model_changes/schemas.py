"""Requests and answers of ``/admin/models``."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from serving.model_changes.state import Stage
from serving.schemas import RequestModel


class ModelChangeRequest(RequestModel):
    model: str = Field(max_length=64, description="The family to change.")
    version: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")] | None = (
        Field(
            None, description="A version in the model store; the newest champion if it is omitted."
        )
    )


class WorkerVersion(BaseModel):
    pid: int = Field(description="Process id of an API worker.")
    version: str = Field(description="The version that answers the worker's requests.")


class ServedModel(BaseModel):
    name: str = Field(description="The family.")
    version: str = Field(description="The version that a starting worker loads.")
    workers: list[WorkerVersion]


class ModelChange(BaseModel):
    model: str = Field(description="The family.")
    version: str = Field(description="The version to serve.")
    previous: str = Field(description="The version before the change.")
    state: Stage = Field(
        description="`requested`, `checking` (the trial of the model), `loading` (into a runner), "
        "`switching` (one worker after another), `done` or `refused`."
    )
    reason: str | None = Field(description="Why the model was refused.")
    started_at: datetime | None
    ended_at: datetime | None


class ModelsReport(BaseModel):
    models: list[ServedModel]
    change: ModelChange | None = Field(description="The running change, or else the last one.")

    @property
    def change_runs(self) -> bool:
        return self.change is not None and self.change.ended_at is None
