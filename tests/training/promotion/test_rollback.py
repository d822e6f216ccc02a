"""Champions, challengers and rollbacks of a family on two machines with one MLflow."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from models.artifacts.signature import verify_model
from tests.support.champions import REPOSITORY, Workplace
from tests.support.command_session import Outcome, run_commands
from tests.support.invented_tweets import newest_run, write_tweets
from training.tracking.proof import PROOF

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

# A model of invented words breaks the floors of the gate.
FORCE = ("--force", "invented words")
KILL = """
import os
from training.promotion import promote
promote._register = lambda *_: os._exit(9)
from training.cli import main
main()
"""


@dataclass(frozen=True)
class SecondMachine(Workplace):
    """A model store of its own beside the tracking store of the first machine."""

    first: Workplace

    @property
    def environment(self) -> dict[str, str]:
        return {**self.first.environment, "BENTOML_HOME": str(self.home)}


@dataclass(frozen=True)
class Story:
    """Three runs a, b and c, and the outcomes of commands on them, by name."""

    machine: Workplace
    second: SecondMachine
    runs: dict[str, str]
    outcomes: dict[str, Outcome]
    latest: Path


def copy_run(client: MlflowClient, run: Run) -> str:
    """A second run with the figures and the model of a run, which is trained in no time."""
    copied = client.create_run(run.info.experiment_id, tags=run.data.tags)
    for name, value in run.data.metrics.items():
        client.log_metric(copied.info.run_id, name, value)
    for name, value in run.data.params.items():
        client.log_param(copied.info.run_id, name, value)
    proof = Path(str(run.info.artifact_uri).removeprefix("file://")) / PROOF
    client.log_artifact(copied.info.run_id, str(proof))
    client.set_terminated(copied.info.run_id)
    return str(copied.info.run_id)


def promote(*arguments: str) -> Sequence[str]:
    return ("promote", "baseline", *arguments)


ROLL_BACK = ("rollback", "baseline")
HISTORY = ("history", "baseline")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    machine = Workplace(tmp_path_factory.mktemp("first"))
    second = SecondMachine(tmp_path_factory.mktemp("second"), machine)
    write_tweets(machine.folder / "tweets.csv", mislabelled=0.1, seed=3)
    run_commands(machine, ("train", "baseline", "--data", "tweets.csv", "--character-ngrams", "0"))
    client = MlflowClient(machine.environment["MLFLOW_TRACKING_URI"])
    trained = newest_run(client)
    a, b, c = (trained.info.run_id, copy_run(client, trained), copy_run(client, trained))
    outcomes: dict[str, Outcome] = {}

    def follow(workplace: Workplace, **commands: Sequence[str]) -> None:
        outcomes.update(zip(commands, run_commands(workplace, *commands.values()), strict=True))

    follow(
        machine,
        nothing=ROLL_BACK,
        no_history=HISTORY,
        no_challenger=promote("--run", "challenger"),
        a=promote("--run", a, *FORCE),
        first=ROLL_BACK,
        challenger=promote("--run", b, "--alias", "challenger", *FORCE),
        own_challenger=promote("--run", a, "--alias", "challenger", *FORCE),
        b=promote("--run", "challenger", *FORCE),
        c=promote("--run", c, *FORCE),
    )
    follow(
        second,
        behind=promote("--run", a),
        taken=promote("--run", "champion"),
        rolled_back=(*ROLL_BACK, "--reason", "late on mondays"),
    )
    follow(
        machine,
        warned=HISTORY,
        refused=promote("--run", a),
        agreed=promote("--run", "champion"),
        again=ROLL_BACK,
        exhausted=ROLL_BACK,
        best=promote(),
        history=HISTORY,
    )
    runs = {"a": a, "b": b, "c": c}
    return Story(machine, second, runs, outcomes, machine.champion("baseline"))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("nothing", "baseline has no champion in the registry: nothing to roll back"),
        ("no_challenger", "baseline has no challenger in the registry: python -m training promote"),
        ("first", "baseline has no former champion: run {a} is the first"),
        ("own_challenger", "the run {a} is the champion of baseline already"),
        ("behind", "the model store has no intact champion as the champion of baseline, the"),
        (
            "refused",
            "the model store has run {c} as the champion of baseline, the registry has run",
        ),
        ("exhausted", "baseline has no former champion: run {a} is the first"),
    ],
)
def test_a_command_that_cannot_be_followed_is_one_line(story: Story, name: str, line: str) -> None:
    outcome = story.outcomes[name]
    assert outcome.code == 2
    ids = {run: run_id[:8] for run, run_id in story.runs.items()}
    assert outcome.error.startswith(f"error: {line.format(**ids)}")


def test_a_challenger_that_becomes_the_champion_is_a_challenger_no_more(story: Story) -> None:
    assert "is now the challenger" in story.outcomes["challenger"].output
    assert f"run {story.runs['b'][:8]} " in story.outcomes["b"].output
    assert "is now the champion" in story.outcomes["b"].output
    client = MlflowClient(story.machine.environment["MLFLOW_TRACKING_URI"])
    assert set(client.get_registered_model("sentiment-baseline").aliases) == {"champion"}
    assert not (story.machine.home / "models" / "sentiment-baseline-challenger").exists()


def test_a_machine_that_never_had_the_former_champion_restores_it_from_its_run(
    story: Story,
) -> None:
    assert "is now the champion" in story.outcomes["taken"].output
    outcome = story.outcomes["rolled_back"]
    assert outcome.code == 0
    b, c = story.runs["b"][:8], story.runs["c"][:8]
    assert f"run {b} (tfidf-logistic-regression) is the champion again" in outcome.output
    assert f"in place of run {c}" in outcome.output
    assert outcome.output.rstrip().endswith("Its files came from its run in MLflow")
    verify_model(story.second.champion("baseline"), story.machine.model_key)


def test_a_machine_that_is_behind_is_told_how_to_agree(story: Story) -> None:
    warned = " ".join(story.outcomes["warned"].output.split())
    assert "warning: the model store has run" in warned
    assert warned.endswith("python -m training promote baseline --run champion")
    assert "is now the champion" in story.outcomes["agreed"].output


def test_a_second_rollback_goes_back_one_champion_more(story: Story) -> None:
    output = story.outcomes["again"].output
    assert f"run {story.runs['a'][:8]} " in output
    (promoted,) = re.findall(r"version (\w+) in the store", story.outcomes["a"].output)
    assert output.rstrip().endswith(f"Its files came from version {promoted} of the model store")
    former_folder = story.latest.with_name(promoted)
    assert story.latest != former_folder
    for name in ("weights.safetensors", "vocabulary.json"):
        restored, former = (folder / "weights" / name for folder in (story.latest, former_folder))
        assert restored.read_bytes() == former.read_bytes()
    verify_model(story.latest, story.machine.model_key)


def test_a_run_that_was_rolled_back_is_promoted_by_name_alone(story: Story) -> None:
    assert f"run {story.runs['a'][:8]} " in story.outcomes["best"].output
    assert "already was the champion" in story.outcomes["best"].output


def test_the_history_tells_who_served_and_why_it_changed(story: Story) -> None:
    assert "no champion of baseline" in story.outcomes["no_history"].output
    a, b, c = (story.runs[name][:8] for name in "abc")
    rows = [
        line for line in story.outcomes["history"].output.splitlines() if line.startswith("  20")
    ]
    expected = [
        ("champion", a, "forced past the gate: invented words"),
        ("challenger", b, "forced past the gate: invented words"),
        ("champion", b, "forced past the gate: invented words"),
        ("champion", c, "forced past the gate: invented words"),
        ("champion", b, f"rollback: replaces run {c}: late on mondays"),
        ("champion", a, f"rollback: replaces run {b}: no reason was given"),
    ]
    assert len(rows) == len(expected)
    for row, (alias, run, why) in zip(rows, expected, strict=True):
        assert f" {alias} " in row
        assert f" {run} " in row
        assert why in row
    assert [" now " in row for row in rows] == [False] * 5 + [True]
    # Each row ends with figures of the gate, among them ROC-AUC.
    assert all(" 0." in row for row in rows)


def copy_of(machine: Workplace, folder: Path) -> Workplace:
    copy = Workplace(folder)
    shutil.copytree(machine.home, copy.home)
    shutil.copytree(machine.folder / "data", copy.folder / "data")
    shutil.copy(machine.folder / "mlflow.db", copy.folder)
    return copy


@pytest.fixture(scope="module")
def killed(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A copy of the first machine, whose promotion of c was killed after the model was stored."""
    copy = copy_of(story.machine, tmp_path_factory.mktemp("killed"))
    command = ("promote", "baseline", "--run", story.runs["c"], *FORCE)
    outcome = subprocess.run(
        [sys.executable, "-c", KILL, *command],
        cwd=copy.folder,
        env={**copy.environment, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        check=False,
    )
    assert outcome.returncode == 9
    return copy


@pytest.fixture
def interrupted(killed: Workplace, tmp_path: Path) -> Workplace:
    return copy_of(killed, tmp_path)


def champions(workplace: Workplace) -> tuple[str, str]:
    """The run of the champion in the model store, and the run of the registry's champion."""
    client = MlflowClient(workplace.environment["MLFLOW_TRACKING_URI"])
    registered = client.get_model_version_by_alias("sentiment-baseline", "champion").run_id
    description = (workplace.champion("baseline") / "model.yaml").read_text()
    (line,) = (line for line in description.splitlines() if "run_id:" in line)
    return line.split()[-1].strip("'"), str(registered)


def test_an_interrupted_promotion_is_finished_by_the_same_command(
    story: Story, interrupted: Workplace
) -> None:
    a, c = story.runs["a"], story.runs["c"]
    assert champions(interrupted) == (c, a)
    stored = interrupted.champion("baseline")
    warned, other, finished, agreed = run_commands(
        interrupted,
        HISTORY,
        promote("--run", story.runs["b"], *FORCE),
        promote("--run", c),
        HISTORY,
    )
    assert "repeat the promotion or rollback that was interrupted" in warned.output
    assert other.code == 2
    assert "repeat the promotion or rollback that was interrupted" in other.error
    assert finished.code == 0
    assert "is now the champion" in finished.output
    assert "warning" not in agreed.output
    assert champions(interrupted) == (c, c)
    # The gate has judged the stored copy, which is registered as it is.
    assert interrupted.champion("baseline") == stored


def test_a_rollback_undoes_an_interrupted_promotion(story: Story, interrupted: Workplace) -> None:
    a = story.runs["a"]
    undone, agreed = run_commands(interrupted, ROLL_BACK, HISTORY)
    assert undone.code == 0
    assert "warning" not in agreed.output
    assert champions(interrupted) == (a, a)
