"""The part of a training that makes it a challenger's: its champion and the feedback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import mlflow

from training.feedback.rows import FeedbackRows
from training.settings import data_folder
from training.tracking.run_feedback import CHALLENGER_OF, FEEDBACK_DIGEST, log_feedback


@dataclass(frozen=True)
class Retraining:
    """The id of the champion's run, and the feedback that joins the champion's training rows."""

    champion_run: str
    feedback: FeedbackRows

    @property
    def tags(self) -> dict[str, str]:
        """Tags of the MLflow run: the parent, and the digest of the feedback rows."""
        return {
            CHALLENGER_OF: self.champion_run,
            FEEDBACK_DIGEST: self.feedback.digest,
            "feedback_weight": f"{self.feedback.weight:g}",
        }

    def log(self) -> None:
        """Log the summary, the ids of the test set, and the number of rows. No text is logged."""
        log_feedback(self.feedback.summary, self.feedback.test_labels)
        mlflow.log_params(
            {
                "feedback_rows": self.feedback.summary.rows,
                "feedback_copies": self.feedback.summary.copies,
            }
        )


@contextmanager
def feedback_until(family: str, champion_run: str) -> Iterator[datetime]:
    """The time up to which a retraining takes feedback: now, or that of an interrupted retraining.

    Feedback arrives all the time. A resumed retraining takes the rows of its first start.
    """
    path = data_folder() / "trainings" / f"retrain-{family}.json"
    until = datetime.now(UTC)
    if path.exists():
        begun = json.loads(path.read_text(encoding="utf-8"))
        if begun["champion_run"] == champion_run:
            until = datetime.fromisoformat(begun["until"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"champion_run": champion_run, "until": until.isoformat()}), encoding="utf-8"
    )
    yield until
    path.unlink(missing_ok=True)
