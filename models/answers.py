"""A model's answer to a text, the same over HTTP, in MLflow and on the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from models.artifacts.folder import CalibratedScorer
from models.artifacts.manifest import Manifest
from models.artifacts.store import StoredModel
from models.confidence.doubt import Doubt, find_unread
from models.reader_shares import READERS, positive_probability
from models.text.normalization import normalize_light

Label = Literal["negative", "positive"]
LABELS: tuple[Label, Label] = ("negative", "positive")

_DIGITS = 6


@dataclass(frozen=True)
class Answer:
    """A model's answer to one text.

    ``probability`` is the calibrated P(positive); a neutral reader counts as half. ``doubt`` is the
    reason why a person should check the answer. ``readers`` are the shares of negative, neutral and
    positive readers, None for a model of two classes.
    """

    label: Label
    probability: float
    doubt: Doubt | None
    readers: tuple[float, float, float] | None

    @property
    def confident(self) -> bool:
        """Whether no reason for doubt was found."""
        return self.doubt is None


def decide(
    manifest: Manifest, shares: Sequence[float], probability: float, unread: Doubt | None
) -> Answer:
    """The answer to a text from its ``shares`` of readers and its ``probability`` of positive.

    ``unread`` is the result of ``models.confidence.doubt.find_unread``.
    """
    decision, probability = manifest.decision, round(probability, _DIGITS)
    band: Doubt | None = None if decision.is_confident(probability) else "band"
    negative, neutral, positive = (round(share, _DIGITS) for share in shares)
    return Answer(
        label=LABELS[decision.is_positive(probability)],
        probability=probability,
        doubt=unread or band,
        readers=(negative, neutral, positive) if manifest.calibration.has_neutral else None,
    )


def answer(scorer: CalibratedScorer, manifest: Manifest, texts: Sequence[str]) -> list[Answer]:
    """The answers to ``texts``, in their order."""
    light = [normalize_light(text) for text in texts]
    tokens = scorer.tokenize(light)
    shares = scorer.score_tokens(tokens)
    return [
        decide(manifest, row, probability, find_unread(*text, unknown, manifest.languages))
        for row, probability, text, unknown in zip(
            shares.tolist(),
            positive_probability(shares).tolist(),
            zip(texts, light, strict=True),
            tokens.unknown.tolist(),
            strict=True,
        )
    ]


def answer_fields(answer: Answer, model: StoredModel) -> dict[str, Any]:
    """The fields of an answer over HTTP that need no server."""
    return {
        "label": answer.label,
        "probability": answer.probability,
        "confident": answer.confident,
        "doubt": answer.doubt,
        "readers": dict(zip(READERS, answer.readers, strict=True)) if answer.readers else None,
        "model": {
            "name": model.name,
            "version": model.version,
            "checkpoint": model.manifest.checkpoint,
        },
    }
