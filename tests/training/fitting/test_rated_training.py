"""One training on distant labels and readers' ratings, and its model."""

from dataclasses import dataclass
from pathlib import Path

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from models.artifacts.folder import CalibratedScorer, load_model, read_reference
from models.artifacts.manifest import Manifest
from models.examples import NEUTRAL, Examples
from models.reader_shares import positive_probability
from tests.support.champions import Workplace
from tests.support.invented_tweets import THINGS, newest_run, write_airline, write_tweets
from training.data.rated import TWEETS
from training.data.rated_splits import load_rated_splits
from training.data.selection import RatedShare, load_splits
from training.data.sources import load_airline
from training.data.splits import Splits
from training.evaluation.metrics import evaluate
from training.evaluation.reader_metrics import evaluate_labels, evaluate_readers
from training.fitting.distillation import Teacher, with_soft_labels

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")


@dataclass(frozen=True)
class Trained:
    workplace: Workplace
    run: Run
    folder: Path
    manifest: Manifest
    scorer: CalibratedScorer


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    workplace = Workplace(tmp_path_factory.mktemp("workplace"))
    write_tweets(workplace.folder / "tweets.csv", mislabelled=0.1, seed=6)
    write_airline(workplace.folder / "airline.csv")
    workplace.training(
        *("train", "baseline", "--data", "tweets.csv", "--airline", "airline.csv"),
        *("--rated-weight", "0.1", "--distant-label", "0.8", "--character-ngrams", "0"),
        *("--promised-precision", "0.8", "--least-precision", "0.7", "--promised-share", "0.5"),
    )
    run = newest_run(MlflowClient(workplace.environment["MLFLOW_TRACKING_URI"]))
    mlflow.set_tracking_uri(workplace.environment["MLFLOW_TRACKING_URI"])
    downloaded = mlflow.artifacts.download_artifacts(run.data.tags["model_uri"])
    (manifest,) = Path(downloaded).glob("data/*/manifest.json")
    return Trained(workplace, run, manifest.parent, *load_model(manifest.parent))


def figures(run: Run, prefix: str) -> dict[str, float]:
    return {
        name.removeprefix(prefix): value
        for name, value in run.data.metrics.items()
        if name.startswith(prefix)
    }


def test_the_model_predicts_neutral_readers_of_one_language(trained: Trained) -> None:
    assert trained.manifest.calibration.has_neutral
    assert trained.manifest.languages == ("en",)
    shares = trained.scorer.score(["the bag is lovely", "the bag is awful"])
    assert (shares[:, 1] > 0.01).all()
    assert shares[0, 2] > shares[1, 2]


def test_the_promise_is_that_of_the_options(trained: Trained) -> None:
    decision = trained.manifest.decision
    assert decision.promised_share == 0.5
    for promised in (decision.promised_positive, decision.promised_negative):
        assert 0.7 <= promised <= 0.8
    parameters = trained.run.data.params
    names = ("promised_precision", "least_precision", "promised_share")
    assert [parameters[name] for name in names] == ["0.8", "0.7", "0.5"]


def splits_of(trained: Trained) -> Splits:
    data = str(trained.workplace.folder / "tweets.csv")
    return load_splits(data, None, None, 7, rated=RatedShare(0.1, 0.8))


@pytest.mark.parametrize(("prefix", "split"), [("val_", "validation"), ("test_", "test")])
def test_figures_are_those_of_the_saved_model_on_the_split(
    prefix: str, split: str, trained: Trained
) -> None:
    rows: Examples = getattr(splits_of(trained), split)
    probabilities = positive_probability(trained.scorer.score(rows.texts))
    expected = evaluate(rows.labels, probabilities, trained.manifest.decision)
    logged = {
        name: value
        for name, value in figures(trained.run, prefix).items()
        if not name.endswith(("_low", "_high"))
    }
    assert logged == pytest.approx(expected, abs=1e-5)


def test_figures_of_readers_are_those_of_the_rated_test_rows(trained: Trained) -> None:
    splits = splits_of(trained)
    rated = splits.rated_test
    assert rated is not None
    assert trained.run.data.tags["validation_digest"] == splits.validation_digest
    shares = trained.scorer.score(rated.texts)
    expected = evaluate_readers(rated, shares, trained.manifest.decision)
    assert figures(trained.run, "rated_") == pytest.approx(expected, abs=1e-5)


def test_the_reference_of_drift_has_tweets_alone(trained: Trained) -> None:
    reference = read_reference(trained.folder)
    rated = load_rated_splits(7).rated_validation
    assert reference is not None
    assert rated is not None
    assert reference.rows == len(rated.of_source(TWEETS)) < len(rated)


def test_neutral_airline_tweets_count_in_the_figures_of_readers_alone(trained: Trained) -> None:
    tweets = load_airline(trained.workplace.folder / "airline.csv")
    shares = trained.scorer.score(tweets.texts)
    expected = evaluate_labels(tweets.labels, shares, trained.manifest.decision)
    found = figures(trained.run, "airline_readers_")
    assert found == pytest.approx(expected, abs=1e-5)
    assert found["rows"] == 3 * len(THINGS)
    sided = tweets.labels != NEUTRAL
    right = (positive_probability(shares) >= 0.5)[sided] == tweets.labels[sided]
    assert trained.run.data.metrics["airline_rows"] == 2 * len(THINGS)
    assert trained.run.data.metrics["airline_accuracy_at_half"] == pytest.approx(right.mean())


def test_an_unknown_neutral_share_is_that_of_the_teacher(trained: Trained) -> None:
    texts = ["the bag is lovely", "the bag is awful", "which bag is ours"]
    shares = np.array([(0.2, np.nan, 0.8), (0.9, np.nan, 0.1), (0.1, 0.7, 0.2)], dtype=np.float32)
    labels = np.array([1, 0, NEUTRAL], dtype=np.int8)
    teacher = trained.scorer.score(texts)
    found = with_soft_labels(Teacher(trained.run, 0.6), Examples(texts, labels, shares))
    neutral = teacher[:2, 1]
    unknown = np.stack([shares[:2, 0] * (1 - neutral), neutral, shares[:2, 2] * (1 - neutral)], 1)
    expected = 0.6 * teacher + 0.4 * np.concatenate([unknown, shares[2:]])
    # The teacher may compute in bfloat16.
    np.testing.assert_allclose(found.targets, expected, atol=0.01)
    np.testing.assert_allclose(found.targets.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(found.targets[:2, 1], neutral, atol=0.01)
    assert found.targets.dtype == np.float32
    assert found.labels is labels


def test_two_classes_count_a_neutral_reader_of_the_teacher_as_half(trained: Trained) -> None:
    texts = ["the bag is lovely", "the bag is awful"]
    labels = np.array([1, 0], dtype=np.int8)
    found = with_soft_labels(Teacher(trained.run, 0.6), Examples(texts, labels))
    positive = 0.6 * positive_probability(trained.scorer.score(texts)) + 0.4 * labels
    np.testing.assert_allclose(found.targets, np.stack([1 - positive, positive], 1), atol=0.01)
