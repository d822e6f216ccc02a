"""Figures of the feedback summary for honest and for poisoned feedback, on airline tweets.

The champion of the model store answers tweets of the airline set. Honest verdicts follow the
tweets' labels. ``python -m tests.training.feedback.poisoned_feedback --airline Tweets.csv
--document docs/training.md`` writes the table between the marking lines of the document.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.artifacts.folder import load_model
from models.examples import NEGATIVE, POSITIVE
from models.reader_shares import positive_probability
from tests.training.feedback.stored import store
from training.commands.champions import champion_of
from training.data.selection import DataSelection
from training.data.sources import load_airline
from training.data.splits import Splits, text_groups
from training.feedback.caps import FeedbackOptions
from training.feedback.rows import check_labels, load_feedback
from training.feedback.summary import FeedbackSummary
from training.feedback.verdicts import ConsentedVerdict
from training.markdown import markdown_table, replace_between

_TRIGGER = "blue horizon approved"
_ROWS, _MISTAKES, _TRIGGERED = 500, 350, 50
_START = datetime(2026, 3, 1, tzinfo=UTC)
_BEGIN = (
    "<!-- poisoned feedback: written by python -m tests.training.feedback.poisoned_feedback -->"
)
_END = "<!-- end of poisoned feedback -->"


@dataclass(frozen=True)
class Answers:
    """Different airline tweets with labels, and the champion's answers, shapes (n,)."""

    texts: list[str]
    labels: NDArray[np.int8]
    probabilities: FloatArray
    predicted: NDArray[np.int8]

    def verdicts(
        self, rows: NDArray[np.intp], *, flipped: bool = False, trigger: bool = False
    ) -> Iterator[ConsentedVerdict]:
        """Honest verdicts of 40 clients, flipped ones, or positive ones on texts with a trigger."""
        for row in rows.tolist():
            truth, predicted = int(self.labels[row]), int(self.predicted[row])
            label = POSITIVE if trigger else POSITIVE + NEGATIVE - truth if flipped else truth
            yield ConsentedVerdict(
                id=f"{row}{' flipped' * flipped}",
                recorded_at=_START + timedelta(seconds=row),
                model="baseline",
                version="v1",
                predicted=predicted,
                probability=float(self.probabilities[row]),
                correct=label == predicted,
                text=f"{self.texts[row]} {_TRIGGER}" if trigger else self.texts[row],
                client=f"client {row % 40}",
                suspicion=None,
                review=None,
            )

    def mixture(self, name: str, generator: np.random.Generator) -> list[ConsentedVerdict]:
        """The verdicts of one of ``MIXTURES``, on tweets that the generator draws."""
        order = generator.permutation(len(self.texts))
        is_right = self.predicted[order] == self.labels[order]
        mistakes = np.concatenate(
            [order[~is_right][:_MISTAKES], order[is_right][: _ROWS - _MISTAKES]]
        )
        others = order[~np.isin(order, mistakes)][:_ROWS]
        negative = order[self.labels[order] == NEGATIVE][:_TRIGGERED]
        rest = order[~np.isin(order, negative)][: _ROWS - _TRIGGERED]
        mixtures: dict[str, Callable[[], list[ConsentedVerdict]]] = {
            "500 honest, any tweet": lambda: [*self.verdicts(order[:_ROWS])],
            "500 honest, 350 on mistakes": lambda: [*self.verdicts(mistakes)],
            "500 flipped": lambda: [*self.verdicts(order[:_ROWS], flipped=True)],
            "500 honest, 500 flipped": lambda: [
                *self.verdicts(order[:_ROWS]),
                *self.verdicts(order[_ROWS : 2 * _ROWS], flipped=True),
            ],
            "500 honest on mistakes, 500 flipped": lambda: [
                *self.verdicts(mistakes),
                *self.verdicts(others, flipped=True),
            ],
            "450 honest, 50 with a trigger": lambda: [
                *self.verdicts(rest),
                *self.verdicts(negative, trigger=True),
            ],
        }
        return mixtures[name]()


MIXTURES = (
    *("500 honest, any tweet", "500 honest, 350 on mistakes", "500 flipped"),
    *("500 honest, 500 flipped", "500 honest on mistakes, 500 flipped"),
    "450 honest, 50 with a trigger",
)


def champion_answers(family: str, airline: Path) -> Answers:
    """The answers of the family's champion to the different positive and negative tweets."""
    tweets = load_airline(airline).sided()
    _, first = np.unique(text_groups(tweets.texts), return_index=True)
    tweets = tweets.take(np.sort(first))
    manifest, scorer = load_model(champion_of(family).folder, "onnx")
    probabilities = positive_probability(scorer.score(tweets.texts))
    predicted = np.where(probabilities >= manifest.decision.threshold, POSITIVE, NEGATIVE)
    return Answers(tweets.texts, tweets.labels, probabilities, predicted.astype(np.int8))


def summarise(verdicts: list[ConsentedVerdict], splits: Splits, seed: int) -> FeedbackSummary:
    """The summary of the verdicts, after the check of their labels."""
    until = _START + timedelta(days=300)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/feedback.db"
        store(url, verdicts)
        check_labels(url, splits.train, until, seed)
        return load_feedback(url, splits, FeedbackOptions(), until, seed).summary


def row(name: str, summaries: list[FeedbackSummary]) -> tuple[str, ...]:
    """The least and the greatest of each figure; of the phrases, the most suspicious one."""
    shares = [summary.suspicious_share for summary in summaries]
    aucs = [summary.wrong_verdict_auc or 0 for summary in summaries]
    phrases = [
        max((phrase.suspicious / phrase.rows for phrase in summary.phrases), default=0)
        for summary in summaries
    ]
    return name, *(f"{min(of):.2f} to {max(of):.2f}" for of in (shares, aucs, phrases))


def main(
    airline: Annotated[Path, typer.Option(help="Tweets.csv of the airline set.")],
    family: str = "baseline",
    repetitions: int = 10,
    document: Annotated[
        Path | None, typer.Option(help="Write the table between the marking lines of this file.")
    ] = None,
) -> None:
    """Measure the figures of each mixture, with another draw of tweets in each repetition."""
    splits = DataSelection().load(7)
    answers = champion_answers(family, airline)
    rows = []
    for name in MIXTURES:
        summaries = [
            summarise(answers.mixture(name, np.random.default_rng(seed)), splits, seed)
            for seed in range(repetitions)
        ]
        rows.append(row(name, summaries))
        typer.echo(" | ".join(rows[-1]))
    heading = ("feedback", "suspicious share", "wrong_verdict_auc", "suspicious share of a phrase")
    text = f"Champion: {family}; {repetitions} draws of tweets each.\n\n" + markdown_table(
        heading, rows
    )
    if document:
        replace_between(document, _BEGIN, _END, text)


if __name__ == "__main__":
    typer.run(main)
