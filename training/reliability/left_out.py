"""Leave-one-source-out: a model that never saw a source answers its texts."""

import tempfile
from pathlib import Path

from pydantic import BaseModel

from models.confidence.calibration import fit_calibration
from models.confidence.decision import choose_decision
from models.confidence.promise import Promise
from models.family import Family
from models.shares import positive_probability
from training.data.rated import SOURCES
from training.data.rated_splits import load_rated_splits
from training.evaluation.reader_metrics import evaluate_readers
from training.reliability.figures import Figures
from training.tracking.mlflow_runs import tracked_run
from training.tracking.progress import tracked_progress


def leave_sources_out(
    family: Family, options: BaseModel, promise: Promise, seed: int
) -> dict[str, Figures]:
    """Figures on each source's held-out texts of a model trained on the three other sources.

    Calibration and band come from the validation rows of the three sources alone, too.
    """
    found = {}
    for source in SOURCES:
        splits = load_rated_splits(seed, without=source)
        validation, test = splits.rated_validation, splits.rated_test
        if validation is None or test is None:
            raise RuntimeError("the rated data set has no held-out rows")
        known = validation.take(
            [row for row, name in enumerate(validation.sources) if name != source]
        )
        unseen = test.of_source(source)
        with (
            tracked_run(family.name, {"left_out": source}),
            tracked_progress(f"{family.name} without {source}") as progress,
            tempfile.TemporaryDirectory() as work,
        ):
            classifier = family.fit(
                splits.train, known.examples, options, seed, progress, Path(work)
            )
        logits = classifier.logits(known.texts)
        calibration = fit_calibration(logits, known.shares)
        decision = choose_decision(
            positive_probability(calibration.shares(logits)), known.labels, promise
        )
        shares = calibration.shares(classifier.logits(unseen.texts))
        found[source] = evaluate_readers(unseen, shares, decision)
    return found
