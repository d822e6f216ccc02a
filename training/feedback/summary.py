"""The summary of the feedback behind a challenger: counts, and no text."""

from pydantic import BaseModel, ConfigDict, Field


class PhraseSummary(BaseModel):
    """A phrase that many feedback texts of one label share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: str = Field(description="one to four normalised words")
    label: str = Field(description="positive or negative: the label of nine texts in ten")
    rows: int = Field(description="feedback texts with the phrase")
    training_rows: int = Field(description="training texts with the phrase")
    suspicious: int = Field(description="suspicious labels of texts with the phrase")


class FeedbackSummary(BaseModel):
    """The artifact ``feedback/summary.json`` of a challenger's run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    texts: int = Field(description="different texts, before caps and suspicious labels")
    rows: int = Field(description="texts in the training split, each counted once")
    negative: int = Field(description="those with the label negative")
    positive: int = Field(description="those with the label positive")
    copies: int = Field(description="rows of the training split that are feedback")
    other_rows: int = Field(description="rows of the training split that are the champion's")
    test_rows: int = Field(description="texts of the feedback test set")
    left_out: dict[str, int] = Field(description="verdicts or texts that were left out, by reason")
    suspicious: int = Field(description="texts whose label is suspicious and not reviewed")
    suspicious_share: float = Field(description="their share of the texts")
    wrong_verdict_auc: float | None = Field(
        description="probability that an answer called wrong was less sure than an answer called "
        "right; None with fewer than 20 verdicts of either kind"
    )
    clients: int = Field(description="clients behind the training texts")
    largest_client_share: float = Field(description="share of the largest client of these texts")
    phrases: tuple[PhraseSummary, ...] = Field(
        description="phrases that many texts of one label share, the most suspicious first"
    )
