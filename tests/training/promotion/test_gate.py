"""What the gate of promotion lets pass: a good champion, and worse models that would follow it."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from mlflow import MlflowClient

from models.artifacts.folder import save_model
from models.baseline.family import Baseline
from models.baseline.options import BaselineOptions
from models.confidence.calibration import fit_calibration
from models.confidence.decision import Decision, choose_decision
from models.family import NEUTRAL, Examples
from models.shares import positive_probability
from tests.models.conftest import Unwatched
from tests.support.champions import Workplace
from tests.support.invented_tweets import newest_run, write_tweets
from training.behaviour.cases import KINDS, KINDS_OF_DOUBT
from training.behaviour.floors import broken_floors
from training.data.rated import RatedTexts
from training.data.selection import EMBEDDED, load_splits
from training.promotion.gate import Verdict, compare, judge

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

Outcome = subprocess.CompletedProcess[str]

# Words alone are learned in seconds.
_OPTIONS = BaselineOptions(character_ngrams=0, word_ngrams=1)
_SURE = Decision(threshold=0.9, low=0.5, high=0.5, precision=0.5, coverage=1.0)
_SILENT = Decision(threshold=0.9, low=0.0, high=1.0, precision=0.0, coverage=0.0)


@dataclass(frozen=True)
class Data:
    """Rows that models train on, rows that calibrate them, and common rows to judge them on."""

    train: Examples
    validation: RatedTexts
    common: RatedTexts


@pytest.fixture(scope="module")
def data() -> Data:
    splits = load_splits(EMBEDDED, None, None, 7, source_rows=1000)
    assert splits.rated_validation is not None
    assert splits.rated_test is not None
    return Data(splits.train, splits.rated_validation, splits.rated_test)


Save = Callable[..., Path]


@pytest.fixture(scope="module")
def save(data: Data, tmp_path_factory: pytest.TempPathFactory) -> Save:
    """Trains a model on the rows that are given and saves it in a folder."""

    def save(train: Examples, decision: Decision | None = None) -> Path:
        folder = tmp_path_factory.mktemp("model") / "model"
        classifier = Baseline().fit(train, train, _OPTIONS, 7, Unwatched(), folder)
        logits = classifier.logits(data.validation.texts)
        calibration = fit_calibration(logits, data.validation.shares)
        probabilities = positive_probability(calibration.shares(logits))
        chosen = decision or choose_decision(probabilities, data.validation.labels)
        save_model(folder, "baseline", classifier, calibration, chosen)
        return folder

    return save


@pytest.fixture(scope="module")
def good(data: Data, save: Save) -> Path:
    return save(data.train)


def verdict(data: Data, candidate: Path, champion: Path | None) -> Verdict:
    return compare("baseline", candidate, champion, lambda: data.common)


def test_a_model_beside_itself_breaks_floors_at_most(data: Data, good: Path) -> None:
    found = verdict(data, good, good)
    assert found.candidate == found.champion
    assert found.candidate.roc_auc > 0.7
    assert found.reasons == broken_floors("baseline", found.candidate.rates)
    assert verdict(data, good, None) == replace(found, champion=None)


def test_a_model_of_random_labels_is_worse_on_the_common_rows(
    data: Data, good: Path, save: Save
) -> None:
    order = np.random.default_rng(5).permutation(len(data.train))
    shuffled = replace(data.train, shares=data.train.targets[order])
    found = verdict(data, save(shuffled), good)
    assert found.champion is not None
    assert found.reasons[-1] == (
        f"ROC-AUC on {len(data.common)} common rows is {found.candidate.roc_auc:.3f}, "
        f"the champion's is {found.champion.roc_auc:.3f}"
    )
    assert abs(found.candidate.roc_auc - 0.5) < 0.1


def test_a_model_of_twelve_rows_is_worse_on_the_common_rows(
    data: Data, good: Path, save: Save
) -> None:
    # Four of each label.
    rows = [np.flatnonzero(data.train.labels == label)[:4] for label in (1, 0, NEUTRAL)]
    found = verdict(data, save(data.train.take(np.concatenate(rows))), good)
    assert found.reasons[-1].startswith(f"ROC-AUC on {len(data.common)} common rows is ")


def test_what_is_a_little_worse_by_chance_is_not_refused_for_it(
    data: Data, good: Path, save: Save
) -> None:
    most = np.arange(len(data.train))[: int(0.97 * len(data.train))]
    other = save(data.train.take(most))
    # Of two models each of which follows the other, one is worse.
    for found in (verdict(data, other, good), verdict(data, good, other)):
        assert found.champion is not None
        assert 0 < abs(found.candidate.roc_auc - found.champion.roc_auc) < 0.005
        assert not [reason for reason in found.reasons if reason.startswith("ROC-AUC")]


def test_neutral_rows_do_not_count_for_the_common_rows(data: Data, good: Path) -> None:
    sided = data.common.take(np.flatnonzero(data.common.labels != NEUTRAL))
    assert len(sided) < len(data.common)
    assert judge(good, sided) == judge(good, data.common)


def test_a_model_without_confident_answers_errs_never_confidently(data: Data, save: Save) -> None:
    rates = judge(save(data.train, _SILENT), data.common).rates
    assert tuple(rates) == KINDS
    assert {rate.confident_mistakes for rate in rates.values()} == {0}
    for kind in KINDS_OF_DOUBT:
        assert rates[kind].correct == rates[kind].cases
    assert "plain" not in KINDS_OF_DOUBT
    assert 0 < rates["plain"].correct < rates["plain"].cases


def test_a_model_that_is_sure_of_everything_is_doubted_where_it_cannot_read(
    data: Data, save: Save
) -> None:
    rates = judge(save(data.train, _SURE), data.common).rates
    plain, mixed = rates["plain"], rates["mixed"]
    assert plain.correct + plain.confident_mistakes == plain.cases
    # The more probable side is right more often than not, whatever the threshold.
    assert plain.correct > 0.6 * plain.cases
    assert mixed.confident_mistakes > 0.9 * mixed.cases
    for kind in ("empty", "foreign"):
        assert rates[kind].confident_mistakes < 0.1 * rates[kind].cases


@dataclass(frozen=True)
class Story:
    """A champion of the embedded data, and two worse models that were to follow it."""

    workplace: Workplace
    champion: str
    random: Outcome
    few: Outcome
    unexplained: Outcome


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    workplace = Workplace(tmp_path_factory.mktemp("workplace"))
    write_tweets(workplace.folder / "random.csv", mislabelled=0.5, seed=1)
    write_tweets(workplace.folder / "few.csv", mislabelled=0.0, seed=2, rows=12)
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
    assert "common rows is 0." in line
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
