"""Ranges in which tuning searches the values of options.

An option's field carries its range as ``json_schema_extra``. Fields without one are not tuned.
"""

from typing import Any, TypedDict


class NumberRange(TypedDict):
    """Numbers from ``low`` to ``high``, both included. ``log``: sampled by their logarithm."""

    low: float
    high: float
    log: bool


SearchRange = NumberRange | list[str | int | float | bool]
"""A range of numbers, or the values to choose from."""


def searched(low: float, high: float, *, log: bool = False) -> dict[str, Any]:
    """``json_schema_extra`` of a field that is tuned within a range of numbers."""
    return {"search": NumberRange(low=low, high=high, log=log)}


def searched_among(*values: str | float | bool) -> dict[str, Any]:
    """``json_schema_extra`` of a field that is tuned among these values."""
    return {"search": list(values)}
