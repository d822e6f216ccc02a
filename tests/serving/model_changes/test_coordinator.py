"""The coordinator and followers of several workers, in the threads of one process."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from models.artifacts.manifest import Manifest, ModelFolderError
from models.artifacts.store import StoredModel
from models.confidence.calibration import Calibration
from models.confidence.decision import Decision
from serving.model_changes.change_request import ChangeRequest, RequestFile
from serving.model_changes.coordinator import Coordinator
from serving.model_changes.process_status import StatusFiles, own_status
from serving.model_changes.report import ModelChanges
from serving.model_changes.runner_follower import HeldModel, RunnerFollower
from serving.model_changes.state import Change, ModelVersion, ServerState, StateFile
from serving.model_changes.trial import TrialError
from serving.model_changes.worker_follower import WorkerFollower
from serving.prediction.predictor import Predictor
from serving.prediction.scoring import ScoredBatch
from serving.prediction.tweet import Tweet
from serving.prediction_ids import PredictionTokens
from serving.settings import Settings
from tests.support.waiting import wait_until

FIRST, SECOND = (ModelVersion(version=name, manifest_sha256=name) for name in ("v1", "v2"))
MANIFEST = Manifest(
    family="baseline",
    checkpoint="test",
    calibration=Calibration(1.0, (0.0, 0.0, 0.0)),
    decision=Decision(0.5, 0.2, 0.8, 1.0, 0.5),
    languages=("en",),
    files={},
)


def predictor(folder: Path, version: str) -> Predictor:
    async def score(tweets: list[Tweet]) -> ScoredBatch:
        raise NotImplementedError

    champion = StoredModel("baseline", version, "run", "", folder, MANIFEST)
    return Predictor(champion, score, PredictionTokens("secret", 60), Settings())


def accept(family: str, version: str) -> ModelVersion:
    return ModelVersion(version=version, manifest_sha256=version)


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "manifest.json").write_text(MANIFEST.model_dump_json())
    return folder


@pytest.fixture
def changes(tmp_path: Path) -> Path:
    """The folder that the processes share."""
    folder = tmp_path / "changes"
    folder.mkdir()
    return folder


def start_coordinator(changes: Path, *, with_runners: bool = False) -> Coordinator:
    coordinator = Coordinator(changes, {"baseline": FIRST}, accept, with_runners=with_runners)
    coordinator.start()
    return coordinator


def start_worker(
    changes: Path, name: str, load: Callable[[str, ModelVersion], Predictor]
) -> WorkerFollower:
    worker = WorkerFollower(changes, load, name)
    worker.load_models(["baseline"])
    worker.start()
    return worker


def ended(changes: Path) -> Change:
    """The change, after its end."""
    file = StateFile(changes)
    wait_until(lambda: (change := file.read().change) is not None and not change.runs)
    change = file.read().change
    assert change
    return change


def serving(changes: Path) -> dict[str, str]:
    """The version that each API worker serves."""
    return {
        status.name: status.serving["baseline"]
        for status in StatusFiles(changes).living()
        if status.role == "api" and not status.starting
    }


def held(changes: Path) -> dict[str, tuple[str, ...]]:
    return {status.name: status.held["baseline"] for status in StatusFiles(changes).living()}


def request(changes: Path, version: str) -> bool:
    return RequestFile(changes).place(ChangeRequest(model="baseline", version=version))


def test_workers_switch_one_after_another_and_release_the_old_version(
    changes: Path, model_folder: Path
) -> None:
    loading: list[str] = []
    most: list[int] = []

    def loader(name: str) -> Callable[[str, ModelVersion], Predictor]:
        def load(family: str, version: ModelVersion) -> Predictor:
            loading.append(name)
            most.append(len(loading))
            time.sleep(0.05)
            loading.remove(name)
            return predictor(model_folder, version.version)

        return load

    start_coordinator(changes)
    for name in ("a", "b", "c"):
        start_worker(changes, name, loader(name))
    assert request(changes, "v2")
    change = ended(changes)
    assert change.stage == "done", change.reason
    assert max(most) == 1
    assert serving(changes) == dict.fromkeys("abc", "v2")
    assert StateFile(changes).read().served == {"baseline": SECOND}
    wait_until(lambda: held(changes) == dict.fromkeys("abc", ("v2",)))
    assert not RequestFile(changes).waiting()


def test_a_change_that_fails_in_the_second_worker_is_withdrawn_in_the_first(
    changes: Path, model_folder: Path
) -> None:
    switched: list[dict[str, str]] = []

    def load(family: str, version: ModelVersion) -> Predictor:
        return predictor(model_folder, version.version)

    def fail(family: str, version: ModelVersion) -> Predictor:
        if version == SECOND:
            switched.append(serving(changes))
            raise ModelFolderError("weights.safetensors was changed after training")
        return predictor(model_folder, version.version)

    start_coordinator(changes)
    start_worker(changes, "a", load)
    start_worker(changes, "b", fail)
    assert request(changes, "v2")
    change = ended(changes)
    assert change.stage == "refused"
    assert change.reason
    assert change.reason.endswith("weights.safetensors was changed after training")
    assert switched == [{"a": "v2", "b": "v1"}]
    wait_until(lambda: serving(changes) == {"a": "v1", "b": "v1"})
    wait_until(lambda: held(changes) == {"a": ("v1",), "b": ("v1",)})
    assert StateFile(changes).read().served == {"baseline": FIRST}
    (counter,) = ModelChanges(changes).collect()
    assert {(s.labels["model"], s.labels["result"]): s.value for s in counter.samples} == {
        ("baseline", "done"): 0,
        ("baseline", "refused"): 1,
    }
    # The next attempt is a new one.
    assert request(changes, "v2")
    wait_until(lambda: len(switched) == 2)


def test_a_model_that_fails_its_trial_reaches_no_worker(changes: Path, model_folder: Path) -> None:
    loaded: list[str] = []

    def load(family: str, version: ModelVersion) -> Predictor:
        loaded.append(version.version)
        return predictor(model_folder, version.version)

    def refuse(family: str, version: str) -> ModelVersion:
        raise TrialError("no signature")

    Coordinator(changes, {"baseline": FIRST}, refuse, with_runners=False).start()
    start_worker(changes, "a", load)
    assert request(changes, "v2")
    change = ended(changes)
    assert (change.stage, change.reason) == ("refused", "no signature")
    assert loaded == ["v1"]


def test_a_second_request_waits_for_no_place(changes: Path) -> None:
    assert request(changes, "v2")
    assert not request(changes, "v3")
    waiting = RequestFile(changes).waiting()
    assert waiting
    assert waiting.version == "v2"


def test_a_worker_that_starts_during_a_change_follows_after_it(
    changes: Path, model_folder: Path
) -> None:
    def load(family: str, version: ModelVersion) -> Predictor:
        return predictor(model_folder, version.version)

    start_coordinator(changes)
    start_worker(changes, "a", load)
    late = WorkerFollower(changes, load, "late")
    late.load_models(["baseline"])
    assert request(changes, "v2")
    assert ended(changes).stage == "done"
    assert serving(changes) == {"a": "v2"}
    late.start()
    wait_until(lambda: serving(changes) == {"a": "v2", "late": "v2"})


def test_a_runner_holds_both_versions_until_no_worker_uses_the_old_one(
    changes: Path, model_folder: Path
) -> None:
    def hold(version: ModelVersion) -> HeldModel:
        return HeldModel(scorer=None, languages=())  # type: ignore[arg-type]

    def load(family: str, version: ModelVersion) -> Predictor:
        return predictor(model_folder, version.version)

    start_coordinator(changes, with_runners=True)
    runner = RunnerFollower(changes, "baseline", hold, "runner")
    runner.load_models()
    runner.start()
    start_worker(changes, "a", load)
    # A worker that has read the state, and has not loaded its models yet.
    late = WorkerFollower(changes, load, "late")
    late.load_models(["baseline"])
    assert request(changes, "v2")
    assert ended(changes).stage == "done"
    time.sleep(0.5)
    assert runner.model("v1")
    assert runner.model("v2")
    late.start()
    wait_until(lambda: held(changes)["runner"] == ("v2",))
    with pytest.raises(Exception, match="does not hold v1"):
        runner.model("v1")


def test_a_runner_that_cannot_load_a_version_ends_the_change(
    changes: Path, model_folder: Path
) -> None:
    def hold(version: ModelVersion) -> HeldModel:
        if version == SECOND:
            raise MemoryError("out of memory")
        return HeldModel(scorer=None, languages=())  # type: ignore[arg-type]

    def load(family: str, version: ModelVersion) -> Predictor:
        return predictor(model_folder, version.version)

    start_coordinator(changes, with_runners=True)
    runner = RunnerFollower(changes, "baseline", hold, "runner")
    runner.load_models()
    runner.start()
    start_worker(changes, "a", load)
    assert request(changes, "v2")
    change = ended(changes)
    assert change.stage == "refused"
    assert change.reason
    assert change.reason.endswith("out of memory")
    assert serving(changes) == {"a": "v1"}
    wait_until(lambda: StateFile(changes).read().held == {"baseline": (FIRST,)})


def test_a_dead_process_counts_no_more(changes: Path) -> None:
    files = StatusFiles(changes)
    files.write(own_status("api", "alive"))
    files.write(own_status("api", "dead").model_copy(update={"pid": 2**22 + 1}))
    assert [status.name for status in files.living()] == ["alive"]
    files.forget_dead_processes()
    assert [path.name for path in changes.iterdir()] == ["process-alive.json"]


def test_only_a_worker_whose_turn_it_is_serves_the_candidate() -> None:
    state = ServerState.at_start({"baseline": FIRST})
    state.change = Change(
        number=1,
        model="baseline",
        version="v2",
        previous="v1",
        stage="switching",
        started_at="2026-01-31T12:00:00Z",
        candidate=SECOND,
        turns=("a",),
    )
    assert state.target("baseline", "a") == SECOND
    assert state.target("baseline", "b") == FIRST
    state.change = state.change.model_copy(update={"stage": "refused"})
    assert state.target("baseline", "a") == FIRST
