"""Errors of a model: metrics by slice of tweets, and the worst errors, without their texts."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from models.arrays import FloatArray
from models.confidence.decision import Decision
from models.drift.features import measure
from training.evaluation.metrics import Labels, precision_at_recall

_NEGATION = re.compile(r"\b(?:not|no|never|nothing|nobody|cannot|\w+n['\u2019]?t)\b", re.IGNORECASE)
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_EMOTICON = re.compile(r"(?<!\w)(?:[:;=][-o^']?[()\[\]DPp/\\|]|<3)(?!\w)")
_FEWEST = 30
_WORST = 20


def _has_emoji(text: str) -> bool:
    return measure(text, lambda _: True)[2] > 0 or bool(_EMOTICON.search(text))


SLICES: dict[str, Callable[[str], bool]] = {
    "up to 40 characters": lambda text: len(text) <= 40,
    "41 to 90 characters": lambda text: 40 < len(text) <= 90,
    "over 90 characters": lambda text: len(text) > 90,
    "with a negation": lambda text: bool(_NEGATION.search(text)),
    "with an emoji or emoticon": _has_emoji,
    "with a hashtag": lambda text: measure(text, lambda _: True)[3] > 0,
    "with a word in capital letters": lambda text: bool(_SHOUTED.search(text)),
    "to somebody (@)": lambda text: text.lstrip().startswith("@"),
    "with a link": lambda text: "http" in text or "www." in text,
}


def figures_by_slice(
    texts: Sequence[str], labels: Labels, probabilities: FloatArray, decision: Decision
) -> dict[str, dict[str, float]]:
    """Metrics of every slice that has 30 positive and 30 negative rows or more."""
    slices = {}
    for name, belongs in {"all": lambda _: True, **SLICES}.items():
        rows = np.array([belongs(text) for text in texts], dtype=bool)
        of_slice, scores = labels[rows], probabilities[rows]
        if not _FEWEST <= of_slice.sum() <= len(of_slice) - _FEWEST:
            continue
        predicted = scores >= decision.threshold
        slices[name] = {
            "rows": len(of_slice),
            "positive": float(of_slice.mean()),
            "accuracy_at_half": float(((scores >= 0.5) == of_slice).mean()),
            "precision": float(of_slice[predicted].mean()) if predicted.any() else 0.0,
            "recall": float(predicted[of_slice == 1].mean()),
            "precision_at_recall_80": precision_at_recall(of_slice, scores),
        }
    return slices


def worst_errors(
    texts: Sequence[str], labels: Labels, probabilities: FloatArray
) -> list[dict[str, Any]]:
    """Length and slices of the 20 tweets whose label got the lowest probability."""
    of_label = np.where(labels == 1, probabilities, 1 - probabilities)
    return [
        {
            "label": "positive" if labels[row] else "negative",
            "probability": round(float(probabilities[row]), 3),
            "characters": len(texts[row]),
            "kinds": [name for name, belongs in SLICES.items() if belongs(texts[row])],
        }
        for row in np.argsort(of_label, kind="stable")[:_WORST]
    ]
