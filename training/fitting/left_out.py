"""Leave-one-source-out: figures of a model on texts of a source that it was not trained on."""

import tempfile
from pathlib import Path

from pydantic import BaseModel

from models.confidence.promise import Promise
from models.family import Family
from training.data.rated import SOURCES
from training.data.rated_splits import load_rated_splits
from training.evaluation.reader_metrics import evaluate_readers
from training.fitting.fitted_model import calibrated_model, fit_classifier
from training.tracking.mlflow_runs import tracked_run
from training.tracking.progress import tracked_progress


def leave_sources_out(
    family: Family, options: BaseModel, promise: Promise, seed: int
) -> dict[str, dict[str, float]]:
    """Figures of ``evaluate_readers`` on each source's test texts, by source.

    For each source a model is trained, calibrated and decided on the other three.
    """
    figures = {}
    for source in SOURCES:
        splits = load_rated_splits(seed, without=source)
        validation, test = splits.rated_validation, splits.rated_test
        if validation is None or test is None:
            raise RuntimeError("the rated data set has no held-out rows")
        others = [row for row, name in enumerate(validation.sources) if name != source]
        deciding = validation.take(others).examples
        unseen = test.of_source(source)
        with (
            tracked_run(family.name, {"left_out": source}),
            tracked_progress(f"{family.name} without {source}") as progress,
            tempfile.TemporaryDirectory() as work,
        ):
            classifier = fit_classifier(
                family, splits.train, deciding, options, seed, progress, Path(work)
            )
        model = calibrated_model(family, classifier, deciding, promise)
        figures[source] = evaluate_readers(unseen, model.scorer.score(unseen.texts), model.decision)
    return figures
