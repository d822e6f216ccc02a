"""The changes of champions and challengers, kept as tags of the family's registered model.

The registry is the one record that all machines share. A model store has only the versions that
were promoted on its machine, and old versions may be deleted there.
"""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Literal

from mlflow import MlflowClient
from pydantic import BaseModel, ValidationError

from models.artifacts.store import Alias, stored_name
from training.tracking.registry import is_registered, registered_version

Kind = Literal["promoted", "forced", "rolled back", "unknown"]
"""Why a model got its alias: it passed the gate, it was forced past the gate, or a later champion
was rolled back. ``unknown``: an earlier version of this project or another program gave the alias
without a record."""

_PREFIX = "change."


class Change(BaseModel):
    """A model that got an alias. ``figures``: those of the gate, by the name of the check."""

    at: datetime
    alias: Alias
    kind: Kind
    run_id: str
    version: str
    reason: str = ""
    figures: dict[str, float] = {}


def record_change(client: MlflowClient, family: str, change: Change) -> None:
    """Add a change. Two processes that add a change at the same time both succeed."""
    key = f"{_PREFIX}{change.at:%Y%m%dT%H%M%S.%f}.{uuid.uuid4().hex[:8]}"
    client.set_registered_model_tag(stored_name(family), key, change.model_dump_json())


def read_changes(client: MlflowClient, family: str) -> list[Change]:
    """All changes of a family, the oldest first.

    The last change is the present champion, although it got its alias without a record.
    """
    recorded = _recorded(client, family)
    return [*recorded, *_unrecorded(client, family, recorded)]


def record_former(client: MlflowClient, family: str) -> None:
    """Record the present champion, if it got its alias without a record."""
    for change in _unrecorded(client, family, _recorded(client, family)):
        record_change(client, family, change)


def now() -> datetime:
    """The time of a change."""
    return datetime.now(UTC)


def former_champions(changes: Sequence[Change]) -> list[Change]:
    """The champions that a rollback can reach and the present one, which is last.

    A rollback removes the champions that it went past.
    """
    served: list[Change] = []
    for change in changes:
        if change.alias != "champion":
            continue
        if change.kind == "rolled back":
            runs = [champion.run_id for champion in served]
            if change.run_id in runs:
                served = served[: len(runs) - runs[::-1].index(change.run_id)]
                continue
        if not served or served[-1].run_id != change.run_id:
            served.append(change)
    return served


def _recorded(client: MlflowClient, family: str) -> list[Change]:
    if not is_registered(client, family):
        return []
    tags = client.get_registered_model(stored_name(family)).tags
    changes = []
    for key in sorted(key for key in tags if key.startswith(_PREFIX)):
        # A newer version of this project may record other kinds.
        with suppress(ValidationError):
            changes.append(Change.model_validate_json(tags[key]))
    return changes


def _unrecorded(client: MlflowClient, family: str, recorded: Sequence[Change]) -> list[Change]:
    """The registry's champion, if the last recorded champion is another model."""
    version = registered_version(client, family, "champion")
    champions = [change for change in recorded if change.alias == "champion"]
    if version is None or (champions and champions[-1].run_id == version.run_id):
        return []
    created = datetime.fromtimestamp(version.creation_timestamp / 1000, UTC)
    return [
        Change(
            at=max([created, *(change.at for change in recorded)]),
            alias="champion",
            kind="unknown",
            run_id=str(version.run_id),
            version=str(version.version),
        )
    ]
