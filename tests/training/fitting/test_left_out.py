"""Models without one source, on the texts of that source."""

from pathlib import Path

import pytest

from models.baseline.family import Baseline
from models.baseline.options import BaselineOptions
from models.confidence.promise import PROMISE
from tests.support.models.fitting import NullMonitor
from training.data.rated import SOURCES
from training.data.rated_splits import load_rated_splits
from training.evaluation.reader_metrics import evaluate_readers
from training.fitting.fitted_model import calibrated_model, fit_classifier
from training.fitting.left_out import leave_sources_out

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

# Words alone are learned in seconds.
OPTIONS = BaselineOptions(character_ngrams=0, word_ngrams=1, min_df=5)


def test_a_source_that_was_left_out_is_ranked_worse_than_by_a_model_of_all_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    monkeypatch.chdir(tmp_path)
    unseen = leave_sources_out(Baseline(), OPTIONS, PROMISE, seed=7)
    assert list(unseen) == list(SOURCES)

    splits = load_rated_splits(seed=7)
    test = splits.rated_test
    assert test is not None
    classifier = fit_classifier(
        Baseline(), splits.train, splits.deciding, OPTIONS, 7, NullMonitor(), tmp_path
    )
    model = calibrated_model(Baseline(), classifier, splits.deciding)
    for source, figures in unseen.items():
        texts = test.of_source(source)
        seen = evaluate_readers(texts, model.scorer.score(texts.texts), model.decision)
        assert figures["rows"] == seen["rows"]
        assert figures["roc_auc"] < seen["roc_auc"]
        assert figures["log_loss"] > seen["log_loss"]
