"""The report of wrong predictions, with the fields of the studies' mail; suspicious labels."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from pydantic import BaseModel, Field

from serving.feedback.verdicts import SuspiciousLabels, WrongPredictions

API_VERSION = "1"
# Wrong verdicts within five minutes that fire the alert SentimentWrongPredictions.
REPORTING_THRESHOLD = 3


class WrongPredictionReport(BaseModel):
    id: str = Field(description="Names the feedback; DELETE /admin/feedback/{id} erases it.")
    tweet: str | None = Field(description="Scrubbed, and only where its author consented.")
    incorrect_prediction: str = Field(description="The label that was called wrong.")
    tweet_length: int = Field(description="Characters of the tweet that was predicted.")
    model: str
    version: str
    probability: float
    recorded_at: datetime
    text_hash: str | None = Field(
        description="Keyed hash of the tweet; DELETE /admin/feedback?text_hash=… erases its flood"
    )
    client: str | None = Field(
        description="Pseudonym of the client; DELETE /admin/feedback?client=… erases the verdicts."
    )


class SuspiciousLabelReport(BaseModel):
    id: str = Field(description="Names the feedback; POST /admin/feedback/{id}/review decides.")
    tweet: str | None = Field(description="Scrubbed; its author consented.")
    predicted: str = Field(description="The label that the model answered.")
    verdict: str = Field(description="correct or wrong: the verdict on that label.")
    suspicion: float = Field(description="Probability that the label after the verdict is wrong.")
    model: str
    version: str
    recorded_at: datetime


class ReportingClient(BaseModel):
    client: str = Field(description="Pseudonym of the client.")
    wrong: int = Field(description="Predictions in the window that the client called wrong.")
    texts: int = Field(description="Different tweets of these predictions.")


class ReportMetadata(BaseModel):
    model: str = Field(description='The family asked for, or "all".')
    api_version: str = API_VERSION
    reporting_threshold: int = REPORTING_THRESHOLD


class FeedbackReport(BaseModel):
    report_generated_on: datetime
    reports_amount: int = Field(
        description="Number of reports in the window; `reports` may list fewer."
    )
    reports: list[WrongPredictionReport]
    clients: list[ReportingClient] = Field(
        description="The clients with the most wrong verdicts in the window, ten at most."
    )
    suspicious_amount: int = Field(
        description="Number of suspicious labels without a review, of all times."
    )
    suspicious: list[SuspiciousLabelReport] = Field(
        description="Labels that python -m training suspects, the most suspicious first."
    )
    metadata: ReportMetadata


class ErasedFlood(BaseModel):
    erased: int = Field(description="Number of verdicts that were erased.")


def make_report(
    wrong: WrongPredictions, suspicious: SuspiciousLabels, model: str | None
) -> FeedbackReport:
    return FeedbackReport(
        report_generated_on=datetime.now(UTC),
        reports_amount=wrong.amount,
        reports=[
            WrongPredictionReport(
                id=prediction.id,
                tweet=prediction.text,
                incorrect_prediction=prediction.predicted,
                tweet_length=prediction.text_length,
                model=prediction.model,
                version=prediction.version,
                probability=prediction.probability,
                recorded_at=prediction.recorded_at,
                text_hash=prediction.text_hash,
                client=prediction.client,
            )
            for prediction in wrong.newest
        ],
        clients=[
            ReportingClient(client=found.client, wrong=found.wrong, texts=found.texts)
            for found in wrong.clients
        ],
        suspicious_amount=suspicious.amount,
        suspicious=[
            SuspiciousLabelReport(
                id=label.id,
                tweet=label.text,
                predicted=label.predicted,
                verdict="correct" if label.correct else "wrong",
                suspicion=label.suspicion,
                model=label.model,
                version=label.version,
                recorded_at=label.recorded_at,
            )
            for label in suspicious.most
        ],
        metadata=ReportMetadata(model=model or "all"),
    )


def render_html(
    report: FeedbackReport, since: datetime, until: datetime, token: Callable[[str], str]
) -> str:
    """The page. ``token`` gives the token that the forms of a feedback id must send."""
    # The page's command has whole seconds. Its window must include the last second.
    whole = until.replace(microsecond=0) + timedelta(seconds=1)
    return _template().render(
        report=report, since=since, until=until, until_second=whole, token=token
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")
