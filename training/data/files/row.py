"""A row of a file, and a row that cannot be used."""

from typing import Any, NamedTuple


class Row(NamedTuple):
    """A row: the number of its first line, from 1, and its values by column name.

    Parquet has no lines: ``line`` is the number of the row. Values of CSV are strings.
    """

    line: int
    values: dict[str, Any]


class BadRow(NamedTuple):
    """A row that cannot be used: its line, the fault, the remedy, and its content as it stands."""

    line: int
    fault: str
    remedy: str
    content: str
