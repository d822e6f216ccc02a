"""A new family is one folder and one line of the registry."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.champions import REPOSITORY, Workplace
from tests.support.invented_tweets import write_tweets
from tests.support.servers import StartServer

CODE = ("models", "training", "serving")


@dataclass(frozen=True)
class Extended:
    """A copy of the project with a fourth family, and a workplace of its own."""

    project: Path
    workplace: Workplace

    def training(self, *arguments: str) -> str:
        outcome = subprocess.run(
            [sys.executable, "-m", "training", *arguments],
            cwd=self.workplace.folder,
            env={**self.workplace.environment, "PYTHONPATH": str(self.project)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert outcome.returncode == 0, outcome.stderr
        return outcome.stdout


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Extended:
    project = tmp_path_factory.mktemp("project")
    for name in CODE:
        shutil.copytree(REPOSITORY / name, project / name)
    shutil.copy(REPOSITORY / "service.py", project)
    shutil.copytree(REPOSITORY / "tests/support/word_odds", project / "models/word_odds")
    registry = project / "models/registry.py"
    lines = registry.read_text()
    assert "    DistilBert(),\n" in lines
    registry.write_text(
        "from models.word_odds.family import WordOdds\n"
        + lines.replace("    DistilBert(),\n", "    DistilBert(),\n    WordOdds(),\n")
    )
    workplace = Workplace(tmp_path_factory.mktemp("workplace"))
    write_tweets(workplace.folder / "tweets.csv", mislabelled=0.02, seed=3, rows=2000)
    return Extended(project, workplace)


def test_a_new_family_is_trained_promoted_and_served(
    extended: Extended, start_server: StartServer
) -> None:
    options = ("--data", "tweets.csv", "--smoothing", "0.5")
    assert "word-odds" in extended.training("train", "word_odds", *options)
    promoted = extended.training("promote", "word_odds", "--force", "a test of a new family")
    assert "word_odds: run" in promoted
    assert "is now the champion" in promoted
    server = start_server(
        store=extended.workplace.home,
        working_folder=extended.project,
        models="word_odds",
        model_key=str(extended.workplace.model_key),
    )
    with server.client() as client:
        praise, blame = (
            client.post(
                "/predict", json={"text": f"the crew and the seat {word}", "explain": True}
            ).json()
            for word in ("lovely", "awful")
        )
        (described,) = client.get("/models").json()
    assert (praise["label"], blame["label"]) == ("positive", "negative")
    assert praise["model"]["name"] == "word_odds"
    assert described["name"] == "word_odds"
    assert described["default"]
    weights = {token["token"]: token["weight"] for token in praise["explanation"]}
    assert max(weights, key=lambda token: weights[token]) == "lovely"
