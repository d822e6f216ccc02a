"""A challenger's run: the champion's recorded training, feedback beside its rows, resumption."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import mlflow
import pytest

from models.baseline.classifier import BaselineClassifier
from models.baseline.family import Baseline
from models.baseline.options import BaselineOptions
from models.confidence.promise import Promise
from models.examples import Examples
from models.family import Interrupted, Monitor
from tests.support.invented_tweets import all_runs, write_tweets
from tests.support.tracking import tracking_store
from tests.training.feedback.stored import LATER, store, verdict
from training.data.selection import DataSelection
from training.errors import DataError, TrainingError
from training.feedback.caps import FeedbackOptions
from training.feedback.rows import FeedbackRows, load_feedback
from training.fitting.retraining import Retraining, feedback_until
from training.fitting.train import Outcome, train
from training.tracking.mlflow_runs import connect
from training.tracking.recorded_training import SELECTION, RecordedTraining, recorded_training
from training.tracking.run_feedback import CHALLENGER_OF, feedback_summary, feedback_test

# The command line silences the warnings of MLflow and of its libraries.
pytestmark = pytest.mark.filterwarnings("ignore")

PROMISE = Promise(0.9, 0.8, 0.3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with (
        tracking_store(tmp_path_factory.mktemp("store")) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("SENTIMENT_DATA_DIR", str(folder / "data"))
        yield folder


@pytest.fixture(scope="module")
def champion(folder: Path) -> Outcome:
    write_tweets(folder / "tweets.csv", mislabelled=0.1, seed=3, rows=240)
    selection = DataSelection(data="tweets.csv", sample=200)
    options = BaselineOptions(character_ngrams=0, max_features=None, c=3.5)
    splits = selection.load(5)
    return train(Baseline(), splits, "tweets.csv", options, 5, promise=PROMISE, selection=selection)


@pytest.fixture(scope="module")
def recorded(champion: Outcome) -> RecordedTraining:
    return recorded_training(connect(), Baseline(), champion.run_id)


@pytest.fixture(scope="module")
def feedback(folder: Path, recorded: RecordedTraining) -> FeedbackRows:
    url = f"sqlite:///{folder / 'feedback.db'}"
    store(url, [verdict(f"zyxwish seat {number}", number % 2) for number in range(100)])
    options = FeedbackOptions(client_share=1, weight=1)
    return load_feedback(url, recorded.load_splits(), options, LATER, seed=5)


def test_a_training_is_read_from_its_run(
    recorded: RecordedTraining, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The run keeps absolute paths: the working folder may be another one.
    monkeypatch.chdir(tmp_path)
    assert recorded.selection == DataSelection(data=str(folder / "tweets.csv"), sample=200)
    assert recorded.options == BaselineOptions(character_ngrams=0, c=3.5)
    assert (recorded.seed, recorded.promise, recorded.teacher) == (5, PROMISE, None)
    assert recorded.load_splits().digest == recorded.run.data.tags["data_digest"]


def test_the_options_of_an_earlier_version_are_read_from_its_command(champion: Outcome) -> None:
    client = connect()
    client.delete_tag(champion.run_id, SELECTION)
    former = client.get_run(champion.run_id).data.tags["command"]
    command = "python -m training train baseline --data tweets.csv --sample 200 --rated-weight 1.5"
    client.set_tag(champion.run_id, "command", command)
    found = recorded_training(client, Baseline(), champion.run_id)
    assert found.selection == DataSelection(data="tweets.csv", sample=200, rated_weight=1.5)
    with pytest.raises(DataError, match="has other rows than the run"):
        found.load_splits()
    client.set_tag(champion.run_id, "command", former)


def test_missing_runs_and_data_are_errors_with_the_remedy(
    recorded: RecordedTraining, tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match=r"has no run 0123abcd, .* MLFLOW_TRACKING_URI"):
        recorded_training(connect(), Baseline(), "0123abcd" * 4)
    with pytest.raises(DataError, match=r"does not exist\. Give their present place with --data"):
        recorded.load_splits(str(tmp_path / "gone.csv"))


class InterruptedOnce(Baseline):
    """The baseline, whose first training is interrupted."""

    interrupted = False

    def fit(
        self,
        train: Examples,
        validation: Examples,
        options: BaselineOptions,
        seed: int,
        monitor: Monitor,
        work: Path,
    ) -> BaselineClassifier:
        if not self.interrupted:
            self.interrupted = True
            raise Interrupted
        return super().fit(train, validation, options, seed, monitor, work)


def test_a_challenger_learns_the_feedback_and_its_run_holds_no_text(
    champion: Outcome, recorded: RecordedTraining, feedback: FeedbackRows, folder: Path
) -> None:
    splits, family = recorded.load_splits(), InterruptedOnce()

    def retrain() -> Outcome:
        return train(
            *(family, splits, "tweets.csv", recorded.options, 5),
            promise=recorded.promise,
            selection=recorded.selection,
            retraining=Retraining(champion.run_id, feedback),
        )

    with pytest.raises(Interrupted):
        retrain()
    (interrupted,) = [run for run in all_runs(connect()) if run.info.status == "KILLED"]
    outcome = retrain()
    assert outcome.run_id == interrupted.info.run_id
    run = connect().get_run(outcome.run_id)
    assert run.data.tags[CHALLENGER_OF] == champion.run_id
    # The same validation and test rows, and the same data of the champion.
    for tag in ("data_digest", "validation_digest", "test_digest"):
        assert run.data.tags[tag] == recorded.run.data.tags[tag]
    assert run.data.params["feedback_rows"] == str(len(feedback.train))
    assert run.data.metrics["feedback_test_rows"] == len(feedback.test)
    assert "feedback_test_roc_auc" in run.data.metrics
    assert feedback_summary(run) == feedback.summary
    url = f"sqlite:///{folder / 'feedback.db'}"
    test = feedback_test(run, url)
    assert test is not None
    assert test.texts == feedback.test.texts
    assert feedback_summary(recorded.run) is None
    assert feedback_test(recorded.run, url) is None
    # The challenger of a challenger has the same champion's data.
    again = recorded_training(connect(), Baseline(), outcome.run_id)
    assert again.load_splits().digest == splits.digest
    root = Path(mlflow.artifacts.download_artifacts(run.info.artifact_uri))
    logged = [path.read_text(errors="replace") for path in root.rglob("*") if path.is_file()]
    assert logged
    assert not [content for content in logged if "seat 7" in content]
    assert not [value for value in run.data.tags.values() if "zyxwish" in value]


def test_a_resumed_retraining_takes_the_feedback_of_its_first_start(folder: Path) -> None:
    with suppress(Interrupted), feedback_until("baseline", "run a") as first:
        raise Interrupted
    with suppress(Interrupted), feedback_until("baseline", "run a") as again:
        raise Interrupted
    assert again == first
    with feedback_until("baseline", "run b") as of_another_champion:
        assert of_another_champion > first
    with feedback_until("baseline", "run b") as after_the_end:
        assert after_the_end > of_another_champion
