"""The follower of an API worker: one predictor of each family answers."""

import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from serving.model_changes.follower import Follower
from serving.model_changes.memory import return_memory, search_all_objects
from serving.model_changes.process_status import own_status
from serving.model_changes.state import ModelVersion, ServerState
from serving.model_changes.switch_interval import short_switch_interval
from serving.prediction.champions import forget_model
from serving.prediction.predictor import Predictor
from serving.prediction.served_models import ServedModels

# Time after which an unused predictor is searched for in cycles of objects.
_CYCLE_S = 60.0

LoadPredictor = Callable[[str, ModelVersion], Predictor]


@dataclass
class _Leaving:
    """A replaced predictor. Its last requests keep it alive."""

    family: str
    version: str
    predictor: "weakref.ref[Predictor]"
    since: float = field(default_factory=time.monotonic)


class WorkerFollower(Follower):
    """Switches the predictors of one API worker.

    During a change the previous predictor stays in memory, so that the change can be withdrawn at
    once. Afterwards its memory is released as soon as the last request that it answers has ended.
    """

    def __init__(self, folder: Path, load: LoadPredictor, name: str = "") -> None:
        super().__init__(folder, own_status("api", name))
        self._load = load
        self._models = ServedModels({})
        self._previous: dict[str, Predictor] = {}
        self._leaving: list[_Leaving] = []
        self._behind = False

    def load_models(self, families: Iterable[str]) -> ServedModels:
        """Register this worker, and load the served version of each family."""
        state = self.register()
        self._models = ServedModels(
            {family: self._load(family, state.served[family]) for family in families}
        )
        for family in self._models:
            self._models.champion(family).export_promise()
        return self._models

    def follow(self, state: ServerState) -> None:
        self._behind = False
        for family in self._models:
            target = state.target(family, self.name)
            if target.version != self._models.champion(family).version:
                self._switch(family, target, state)
            change = state.change
            if not (change and change.runs and change.model == family):
                self._leave(family)

    def has_work(self) -> bool:
        return self._behind

    def versions(self) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        self._forget_released()
        serving = {family: self._models.champion(family).version for family in self._models}
        held = {}
        for family, version in serving.items():
            others = [leaving.version for leaving in self._leaving if leaving.family == family]
            if family in self._previous:
                others.append(self._previous[family].version)
            held[family] = (version, *sorted(others))
        return serving, held

    def _switch(self, family: str, target: ModelVersion, state: ServerState) -> None:
        current, previous = self._models.champion(family), self._previous.get(family)
        if previous and previous.version == target.version:
            replacement = previous
        elif not self.may_try(state, target):
            self._behind = True
            return
        else:
            try:
                with short_switch_interval():
                    replacement = self._load(family, target)
            except Exception as error:  # noqa: BLE001 libraries have errors of their own
                self._behind = True
                self.fail(state, target, error)
                return
        current.withdraw_promise()
        replacement.export_promise()
        self._models.replace_champion(family, replacement)
        self._previous[family] = current

    def _leave(self, family: str) -> None:
        if previous := self._previous.pop(family, None):
            self._leaving.append(_Leaving(family, previous.version, weakref.ref(previous)))

    def _forget_released(self) -> None:
        for leaving in [leaving for leaving in self._leaving if leaving.predictor() is None]:
            self._leaving.remove(leaving)
            forget_model(leaving.family, leaving.version)
            return_memory()
        now = time.monotonic()
        for leaving in self._leaving:
            if now - leaving.since > _CYCLE_S:
                leaving.since = now
                search_all_objects()
