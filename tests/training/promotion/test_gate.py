"""The gate of promotion on the command line: a good champion and worse candidates."""

import subprocess
from dataclasses import dataclass

import pytest
from mlflow import MlflowClient

from tests.support.champions import Workplace
from tests.support.invented_tweets import newest_run, write_tweets

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

Outcome = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Story:
    """A champion of the embedded data, and three refused promotions of worse models."""

    workplace: Workplace
    champion: str
    random: Outcome
    few: Outcome
    unexplained: Outcome


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    workplace = Workplace(tmp_path_factory.mktemp("workplace"))
    write_tweets(workplace.folder / "random.csv", mislabelled=0.5, seed=1)
    write_tweets(workplace.folder / "few.csv", mislabelled=0.0, seed=2, rows=44)
    words = ("--character-ngrams", "0", "--word-ngrams", "1")
    workplace.training("train", "baseline", "--source-rows", "1000", *words)
    client = MlflowClient(workplace.environment["MLFLOW_TRACKING_URI"])
    champion = newest_run(client).info.run_id
    workplace.training("promote", "baseline", "--force", "the first champion of a test")

    def follow(data: str, *force: str) -> Outcome:
        workplace.training("train", "baseline", "--data", data)
        return workplace.training("promote", "baseline", *force, check=False)

    return Story(
        workplace,
        champion,
        follow("random.csv"),
        follow("few.csv"),
        workplace.training("promote", "baseline", "--force", "", check=False),
    )


@pytest.mark.parametrize("name", ["random", "few", "unexplained"])
def test_a_worse_model_does_not_replace_the_champion(story: Story, name: str) -> None:
    outcome = getattr(story, name)
    assert outcome.returncode == 2
    (line,) = (line for line in outcome.stderr.splitlines() if line.startswith("error: "))
    assert "ROC-AUC, test tweets: ROC-AUC on 544 test tweets is 0." in line
    assert "the champion's is 0." in line
    client = MlflowClient(story.workplace.environment["MLFLOW_TRACKING_URI"])
    alias = client.get_model_version_by_alias("sentiment-baseline", "champion")
    assert alias.run_id == story.champion
    (stored,) = (
        path
        for path in (story.workplace.home / "models" / "sentiment-baseline").iterdir()
        if path.is_dir()
    )
    assert stored == story.workplace.champion("baseline")
