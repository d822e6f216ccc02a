"""The follower of a runner: it holds each version that API workers may name in a call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bentoml.exceptions import ServiceUnavailable

from models.artifacts.folder import CalibratedScorer
from serving.model_changes.follower import Follower
from serving.model_changes.memory import return_memory
from serving.model_changes.process_status import own_status
from serving.model_changes.state import ModelVersion, ServerState
from serving.prediction.champions import forget_model


@dataclass(frozen=True)
class HeldModel:
    """A loaded model, and the languages that it reads."""

    scorer: CalibratedScorer
    languages: Sequence[str]


LoadModel = Callable[[ModelVersion], HeldModel]


class RunnerFollower(Follower):
    """Holds the versions of one family in a runner process.

    During a change a runner holds both versions. A call names its version, so that an API worker
    never gets the scores of another version.
    """

    def __init__(self, folder: Path, family: str, load: LoadModel, name: str = "") -> None:
        super().__init__(folder, own_status("runner", name))
        self._family, self._load = family, load
        self._models: dict[str, HeldModel] = {}
        self._behind = False

    def load_models(self) -> None:
        """Register this runner, and load the versions that it shall hold."""
        state = self.register()
        served = state.served[self._family]
        self._models[served.version] = self._load(served)
        self.follow(state)

    def model(self, version: str) -> HeldModel:
        """The model of a version. Raises ``ServiceUnavailable`` if the runner does not hold it."""
        held = self._models.get(version)
        if held is None:
            raise ServiceUnavailable(f"the runner of {self._family} does not hold {version}")
        return held

    def follow(self, state: ServerState) -> None:
        self._behind = False
        wanted = state.held[self._family]
        for version in wanted:
            if version.version not in self._models:
                self._add(version, state)
        for name in self._models.keys() - {version.version for version in wanted}:
            self._drop(name)

    def has_work(self) -> bool:
        return self._behind

    def versions(self) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        return {}, {self._family: tuple(sorted(self._models))}

    def _add(self, version: ModelVersion, state: ServerState) -> None:
        if self.may_try(state, version):
            try:
                self._models[version.version] = self._load(version)
            except Exception as error:  # noqa: BLE001 libraries have errors of their own
                self.fail(state, version, error)
        self._behind = version.version not in self._models

    def _drop(self, version: str) -> None:
        del self._models[version]
        forget_model(self._family, version)
        return_memory()
