"""The columns that scoring adds to the rows."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.answers import LABELS
from models.reader_shares import READERS
from training.scoring.scored_texts import DOUBT_CODES, ScoredTexts

ADDED = ("label", "probability", *READERS, "confident", "doubt", "model", "version")
"""Names of the added columns, in their order."""

_DIGITS = 6
_PREFIX = "input_"


@dataclass(frozen=True)
class AnsweringModel:
    """The name and version that the columns ``model`` and ``version`` hold."""

    name: str
    version: str


def kept_names(columns: Collection[str]) -> dict[str, str]:
    """The names of the input's columns in the output, by their names in the input.

    A column with the name of an added column gets ``input_`` before its name.
    """
    names = {}
    for column in columns:
        name = column
        while name in ADDED or (name != column and name in columns):
            name = f"{_PREFIX}{name}"
        names[column] = name
    return names


def answer_columns(answers: ScoredTexts, model: AnsweringModel) -> dict[str, list[Any]]:
    """The added columns by name, each with n values: str, float, bool or None."""
    if np.isnan(answers.readers).any():
        readers: list[list[Any]] = [[None] * len(answers)] * len(READERS)
    else:
        readers = [_numbers(column) for column in answers.readers.T]
    return {
        "label": [LABELS[code] for code in answers.labels.tolist()],
        "probability": _numbers(answers.probabilities),
        **dict(zip(READERS, readers, strict=True)),
        "confident": (answers.doubts == 0).tolist(),
        "doubt": [DOUBT_CODES[code] for code in answers.doubts.tolist()],
        "model": [model.name] * len(answers),
        "version": [model.version] * len(answers),
    }


def _numbers(column: Any) -> list[float]:
    """Shortest decimals of a float32 column, shape (n,)."""
    rounded: list[float] = np.round(column.astype(np.float64), _DIGITS).tolist()
    return rounded
