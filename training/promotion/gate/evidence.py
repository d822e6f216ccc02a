"""The feedback that a candidate has learned from, as the gate knows it."""

from dataclasses import dataclass

from models.examples import Examples
from training.feedback.summary import FeedbackSummary


@dataclass(frozen=True)
class FeedbackEvidence:
    """``summary``: counts of the feedback, None if the candidate has learned from no feedback.

    ``test``: the feedback test set, None without a feedback database.
    """

    summary: FeedbackSummary | None = None
    test: Examples | None = None

    @property
    def suspicious_phrases(self) -> list[str]:
        """Shared phrases, a third or more of whose texts have a suspicious label."""
        if self.summary is None:
            return []
        return [
            phrase.words
            for phrase in self.summary.phrases
            if phrase.suspicious >= _SUSPICIOUS_PHRASE * phrase.rows
        ]


_SUSPICIOUS_PHRASE = 1 / 3
NO_FEEDBACK = FeedbackEvidence()
