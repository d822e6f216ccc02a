"""The gate of promotion: a good champion and worse candidates."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from mlflow import MlflowClient
from sklearn.metrics import roc_auc_score

from models.artifacts.folder import load_model, save_model
from models.baseline.family import Baseline
from models.baseline.options import BaselineOptions
from models.confidence.decision import Decision
from models.examples import NEUTRAL, POSITIVE, Examples
from models.reader_shares import positive_probability
from tests.support.champions import Workplace
from tests.support.invented_tweets import newest_run, write_tweets
from tests.support.models.fitting import NullMonitor
from training.behaviour.cases import KINDS, KINDS_OF_DOUBT, LABELS, load_cases
from training.behaviour.floors import broken_floors
from training.data.rated import RatedTexts
from training.data.selection import EMBEDDED, load_splits
from training.fitting.fitted_model import calibrated_model
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
    """Trains a model on the given rows and saves it in a folder."""

    def save(train: Examples, decision: Decision | None = None) -> Path:
        folder = tmp_path_factory.mktemp("model") / "model"
        classifier = Baseline().fit(train, train, _OPTIONS, 7, NullMonitor(), folder)
        model = calibrated_model(Baseline(), classifier, data.validation.examples)
        chosen = decision or model.decision
        save_model(folder, "baseline", classifier, model.calibration, chosen)
        return folder

    return save


@pytest.fixture(scope="module")
def good(data: Data, save: Save) -> Path:
    return save(data.train)


def verdict(data: Data, candidate: Path, champion: Path | None) -> Verdict:
    return compare("baseline", candidate, champion, lambda: data.common)


def test_a_model_compared_with_itself_breaks_at_most_floors(data: Data, good: Path) -> None:
    found = verdict(data, good, good)
    assert found.candidate == found.champion
    sided = data.common.labels != NEUTRAL
    scores = positive_probability(load_model(good, "onnx")[1].score(data.common.texts))
    expected = roc_auc_score(data.common.labels[sided] == POSITIVE, scores[sided])
    assert found.candidate.roc_auc == pytest.approx(expected)
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


def test_a_candidate_that_is_worse_by_chance_is_not_refused_for_its_roc_auc(
    data: Data, good: Path, save: Save
) -> None:
    most = np.arange(len(data.train))[: int(0.97 * len(data.train))]
    other = save(data.train.take(most))
    # Each model is compared with the other: one of them is the worse candidate.
    for found in (verdict(data, other, good), verdict(data, good, other)):
        assert found.champion is not None
        assert 0 < abs(found.candidate.roc_auc - found.champion.roc_auc) < 0.005
        assert not [reason for reason in found.reasons if reason.startswith("ROC-AUC")]


def test_neutral_rows_do_not_count_for_the_common_rows(data: Data, good: Path) -> None:
    sided = data.common.take(np.flatnonzero(data.common.labels != NEUTRAL))
    assert len(sided) < len(data.common)
    assert judge(good, sided) == judge(good, data.common)


def test_a_model_without_confident_answers_has_no_confident_mistakes(
    data: Data, save: Save
) -> None:
    rates = judge(save(data.train, _SILENT), data.common).rates
    assert tuple(rates) == KINDS
    assert {rate.confident_mistakes for rate in rates.values()} == {0}
    for kind in KINDS_OF_DOUBT:
        assert rates[kind].correct == rates[kind].cases
    assert "plain" not in KINDS_OF_DOUBT
    assert 0 < rates["plain"].correct < rates["plain"].cases


def test_a_model_without_a_band_of_doubt_doubts_empty_and_foreign_texts_alone(
    data: Data, save: Save
) -> None:
    folder = save(data.train, _SURE)
    rates = judge(folder, data.common).rates
    plain, mixed = rates["plain"], rates["mixed"]
    assert plain.correct + plain.confident_mistakes == plain.cases
    # The label is the more probable side, whatever the threshold.
    cases = [case for case in load_cases() if case.kind == "plain"]
    scores = load_model(folder, "onnx")[1].score([case.text for case in cases])
    labels = [LABELS[probability >= 0.5] for probability in positive_probability(scores).tolist()]
    assert plain.correct == sum(
        case.expected == label for case, label in zip(cases, labels, strict=True)
    )
    assert mixed.confident_mistakes > 0.9 * mixed.cases
    for kind in ("empty", "foreign"):
        assert rates[kind].confident_mistakes < 0.1 * rates[kind].cases


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
