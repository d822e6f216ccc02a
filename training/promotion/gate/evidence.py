"""What the gate knows of the feedback that a candidate has learned from."""

from dataclasses import dataclass

from models.examples import Examples


@dataclass(frozen=True)
class FeedbackEvidence:
    """The feedback of a candidate's training, and the test rows of the feedback database.

    - ``suspicious``: share of the feedback rows with a suspicious label that no person reviewed.
      None if the candidate has learned from no feedback;
    - ``phrases``: phrases that suspicious rows share;
    - ``test``: the feedback test set, None without a feedback database.
    """

    suspicious: float | None = None
    phrases: tuple[str, ...] = ()
    test: Examples | None = None


NO_FEEDBACK = FeedbackEvidence()
