"""The history of a family: which model had which alias, from when to when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.artifacts.manifest import ModelFolderError
from models.artifacts.store import find_champion
from training.promotion.agreement import disagreement
from training.tracking.changes import Change, read_changes
from training.tracking.mlflow_runs import connect


@dataclass(frozen=True)
class Period:
    """The time in which a model had an alias. ``until`` is None if the model still has it."""

    change: Change
    until: datetime | None


@dataclass(frozen=True)
class History:
    """Periods, the oldest first. ``warning``: how this model store and the registry disagree."""

    periods: Sequence[Period]
    warning: str | None


def read_history(family: str) -> History:
    """The history that the registry has recorded."""
    client = connect()
    changes = read_changes(client, family)
    try:
        stored = find_champion(family)
    except ModelFolderError:
        stored = None
    return History(periods_of(changes), disagreement(client, family, stored))


def periods_of(changes: Sequence[Change]) -> list[Period]:
    """The period of each change. A challenger's period ends when it becomes the champion."""
    periods = []
    for number, change in enumerate(changes):
        ends = (
            later.at
            for later in changes[number + 1 :]
            if later.alias == change.alias
            or (change.alias == "challenger" and later.run_id == change.run_id)
        )
        periods.append(Period(change, next(ends, None)))
    return periods
