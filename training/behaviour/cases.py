"""Behaviour cases: invented texts of nine kinds, each with the expected answer.

A kind of cases is a capability in the sense of CheckList (Ribeiro et al., ACL 2020). The cases are
held out: no model may be trained, tuned or calibrated on them.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LABELS = ("negative", "positive")
KINDS_OF_OPINION = ("plain", "negation", "emoji", "sarcasm")
"""Kinds whose cases expect a label."""
KINDS_OF_DOUBT = ("mixed", "neutral", "foreign", "empty", "unreadable")
"""Kinds whose cases expect doubt. In ``expected`` the name of the kind stands for doubt."""
KINDS = KINDS_OF_OPINION + KINDS_OF_DOUBT

_FOLDER = Path(__file__).with_name("cases")
_HEADER = ["expected", "text"]


@dataclass(frozen=True)
class Case:
    """A text with its expected answer: a label, or the kind if doubt is expected."""

    kind: str
    expected: str
    text: str


def load_cases(folder: Path = _FOLDER) -> list[Case]:
    """All cases, in the order of ``KINDS``, from ``<kind>.csv`` (UTF-8, ``expected,text``).

    Raises ``ValueError`` with file and line if a row is not a case.
    """
    return [case for kind in KINDS for case in _read(folder / f"{kind}.csv", kind)]


def _read(path: Path, kind: str) -> Iterator[Case]:
    allowed = LABELS if kind in KINDS_OF_OPINION else (kind,)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            if next(reader, None) != _HEADER:
                raise ValueError(f"{path.name} must begin with the line {','.join(_HEADER)}")
            for row in reader:
                place = f"{path.name}, line {reader.line_num}"
                if len(row) != len(_HEADER):
                    raise ValueError(f"{place}: {len(row)} of {len(_HEADER)} columns")
                expected, text = row
                if expected not in allowed:
                    raise ValueError(f"{place}: {expected!r} in place of {' or '.join(allowed)}")
                yield Case(kind, expected, text)
        except csv.Error as error:
            raise ValueError(f"{path.name}, line {reader.line_num}: {error}") from error
