"""The feedback of a challenger's run, for the gate."""

from mlflow.entities import Run

from training.errors import DataError
from training.promotion.gate.evidence import FeedbackEvidence
from training.settings import feedback_database
from training.tracking.run_feedback import feedback_summary, feedback_test


def recorded_evidence(run: Run, url: str | None = None) -> FeedbackEvidence:
    """The summary that the run logged, and its feedback test set from the feedback database.

    ``url`` is the database, by default the service's. There is no test set if the database is
    missing, for instance on another machine.
    """
    try:
        test = feedback_test(run, url or feedback_database())
    except DataError:
        test = None
    return FeedbackEvidence(feedback_summary(run), test)
