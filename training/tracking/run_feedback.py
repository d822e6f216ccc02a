"""The feedback behind a challenger's run: its summary, and its test set.

Texts are personal data, and no run holds one. The test set is read from the feedback database by
the ids that the run logged, so that erased feedback is gone from the set.
"""

from collections.abc import Mapping

import mlflow
from mlflow.entities import Run

from models.examples import Examples
from training.feedback.rows import stored_test
from training.feedback.summary import FeedbackSummary
from training.tracking.artifacts import load_artifact

CHALLENGER_OF = "challenger_of"
"""Tag: id of the champion's run. ``mlflow.parentRunId`` would nest the run below the champion's."""

FEEDBACK_DIGEST = "feedback_digest"
_SUMMARY = "feedback/summary.json"
_TEST = "feedback/test_rows.json"


def log_feedback(summary: FeedbackSummary, test_labels: Mapping[str, int]) -> None:
    """Log the summary, and the label of each test row by its feedback id, to the active run."""
    mlflow.log_dict(summary.model_dump(mode="json"), _SUMMARY)
    mlflow.log_dict(dict(test_labels), _TEST)


def feedback_summary(run: Run) -> FeedbackSummary | None:
    """The summary of a challenger's run, None for the run of an ordinary training."""
    if CHALLENGER_OF not in run.data.tags:
        return None
    return FeedbackSummary(**load_artifact(run, _SUMMARY))


def feedback_test(run: Run, url: str) -> Examples | None:
    """The feedback test set of a challenger's run, None for the run of an ordinary training.

    The texts come from the feedback database at ``url``. Raises ``DataError``.
    """
    if CHALLENGER_OF not in run.data.tags:
        return None
    return stored_test(url, load_artifact(run, _TEST))
