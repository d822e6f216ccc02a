"""Values of label columns and their meaning."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from training.errors import DataError

WORDS = {
    **dict.fromkeys(["negative", "neg", "négatif", "négative", "negatif", "-", "bad"], NEGATIVE),
    **dict.fromkeys(["neutral", "neu", "neutre"], NEUTRAL),
    **dict.fromkeys(["positive", "pos", "positif", "+", "good"], POSITIVE),
    "false": NEGATIVE,
    "true": POSITIVE,
}
SENTIMENT140_VALUES = {"0": NEGATIVE, "2": NEUTRAL, "4": POSITIVE}
# The first scheme that explains most rows is chosen.
_SCHEMES = (
    {"0": NEGATIVE, "1": POSITIVE},
    {"-1": NEGATIVE, "1": POSITIVE},
    {"-1": NEGATIVE, "0": NEUTRAL, "1": POSITIVE},
    {"0": NEGATIVE, "4": POSITIVE},
    SENTIMENT140_VALUES,
    {"0": NEGATIVE, "1": NEUTRAL, "2": POSITIVE},
)
# Least share of the rows that a scheme explains. The others are typing errors.
_LEAST_SHARE = 0.95
_MISSING = frozenset(["", "nan", "na", "n/a", "null", "none"])
_OPTIONS = "--negative, --neutral and --positive"


def spelling(value: object) -> str | None:
    """The value in one spelling: "4" for 4, 4.0 and "4.0", "positive" for "Positive "; or None.

    None stands for a missing value, such as NaN or an empty cell.
    """
    text = str(value).strip().casefold()
    if value is None or text in _MISSING:
        return None
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if math.isfinite(number) and number.is_integer() else text


def is_label(value: str) -> bool:
    """Whether a value, as ``spelling`` gives it, is a usual spelling of a label."""
    return value in WORDS or any(value in scheme for scheme in _SCHEMES)


def choose_labels(
    counts: Mapping[str, int], given: Mapping[str, int], column: str
) -> dict[str, int]:
    """The label of each value that has one; values that are not in the result are unknown.

    ``counts``: rows by value. ``given``: labels by value that the user named. These replace the
    schemes of numbers. Raises ``DataError`` for numbers without a clear meaning.
    """
    labels = {value: WORDS[value] for value in counts if value in WORDS} | dict(given)
    numbers = Counter({value: n for value, n in counts.items() if _is_number(value)})
    if given or not numbers:
        return labels
    chosen = max(_SCHEMES, key=lambda scheme: _explained(numbers, scheme))
    sides = {chosen.get(value) for value in numbers} & {NEGATIVE, POSITIVE}
    if _explained(numbers, chosen) < _LEAST_SHARE or len(sides) < min(2, len(numbers)):
        hint = f", or give --rating-column {column}" if len(numbers) > 3 else ""
        listed = ", ".join(sorted(numbers, key=float)[:8])
        raise DataError(
            f"the values {listed} of the column {column} have no clear meaning: name them with "
            f"{_OPTIONS}{hint}"
        )
    return labels | chosen


def given_values(negative: str | None, neutral: str | None, positive: str | None) -> dict[str, int]:
    """Labels by value, from options with values that commas separate.

    Raises ``DataError`` if one value is given twice.
    """
    given: dict[str, int] = {}
    for option, label in ((negative, NEGATIVE), (neutral, NEUTRAL), (positive, POSITIVE)):
        for value in _values(option):
            if given.setdefault(value, label) != label:
                raise DataError(f"{_OPTIONS} share the value {value!r}")
    return given


def _values(option: str | None) -> Iterable[str]:
    parts = [] if option is None else option.split(",")
    return [value for value in map(spelling, parts) if value is not None]


def _explained(numbers: Counter[str], scheme: Mapping[str, int]) -> float:
    return sum(n for value, n in numbers.items() if value in scheme) / numbers.total()


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
