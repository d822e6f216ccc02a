"""Rows of labelled texts: what the columns of a table hold, checked row by row."""

import json
import math
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, NamedTuple

from training.data.files.bad_rows import BadRows
from training.data.files.encoding import has_lone_surrogate
from training.data.files.row import BadRow, Row
from training.data.files.table import Table
from training.data.label_values import spelling
from training.data.labelled_columns import LabelledColumns
from training.data.ratings import parse_ratings

MOST_CHARACTERS = 1000
"""Length of the longest text to train on: the service scores no longer text."""
_UNKNOWN_USERS = ("NO_USER", "")


class LabelledRow(NamedTuple):
    """A checked row; ``value`` is the spelling of its label, or the list of its ratings."""

    line: int
    text: str
    value: Any
    user: str | None
    source: str


def read_labelled_rows(
    table: Table, columns: LabelledColumns, bad_rows: BadRows
) -> Iterator[LabelledRow]:
    """The rows with a text and a label or rating; ``bad_rows`` gets the others."""
    # Labels repeat. A cell of ratings may be a list, which a cache cannot hold.
    read_value = lru_cache(256)(spelling) if columns.label else parse_ratings
    value_column = columns.label or columns.rating or ""
    known_labels = {spelling(values.get(value_column)) for values in table.head} - {None}
    for row in table.rows(bad_rows):
        text = row.values.get(columns.text)
        fault = _text_fault(text, table, columns, known_labels)
        value = None
        if fault is None:
            value, fault = _value(read_value, row.values.get(value_column))
        if fault is not None:
            bad_rows.add(table.name, BadRow(row.line, *fault, content(row)))
            continue
        user = row.values.get(columns.user) if columns.user else None
        source = row.values.get(columns.source) if columns.source else ""
        known = None if user is None or user in _UNKNOWN_USERS else str(user)
        yield LabelledRow(row.line, str(text), value, known, str(source))


def content(row: Row) -> str:
    """The values of a row in JSON, for the file of bad rows."""
    return json.dumps(row.values, ensure_ascii=False, default=str)


Fault = tuple[str, str]
"""A fault and its remedy."""


def _text_fault(
    text: Any, table: Table, columns: LabelledColumns, known_labels: AbstractSet[str | None]
) -> Fault | None:
    complete = f"Fill in the column {columns.text}, or delete the row"
    if text is None or (isinstance(text, float) and math.isnan(text)):
        return "no text", complete
    if not isinstance(text, str):
        return "the text is no string", "Choose another column with --text-column"
    if not text.strip() and not table.is_sentiment140:
        return "an empty text", complete
    if len(text) > MOST_CHARACTERS:
        return (
            f"a text of more than {MOST_CHARACTERS:,} characters",
            f"It has {len(text):,}. Double a stray quote before it, or shorten the text",
        )
    if "\n" in text and _holds_a_row(text, table, columns, known_labels):
        return (
            "a quoted text that holds another row",
            'Look for a stray quote, and double it: ""',
        )
    if not text.isascii() and has_lone_surrogate(text):
        return "half an emoji", "Write the whole emoji"
    return None


def _holds_a_row(
    text: str, table: Table, columns: LabelledColumns, known_labels: AbstractSet[str | None]
) -> bool:
    """Whether a line of the text has as many columns as the table, and a label in its place."""
    if table.separator is None or columns.label is None:
        return False
    place, of_text = table.columns.index(columns.label), table.columns.index(columns.text)
    # A text may hold the separator: columns behind the text are counted from the end.
    place = place if place < of_text else place - len(table.columns)
    rows = (line.split(table.separator) for line in text.splitlines())
    return any(
        len(cells) >= len(table.columns) and spelling(cells[place].strip('"')) in known_labels
        for cells in rows
    )


def _value(read: Callable[[Any], Any], cell: Any) -> tuple[Any, Fault | None]:
    try:
        value = read(cell)
    except (ValueError, TypeError):
        fault = "no rating", "Write a number, or numbers such as [1, -2]"
        return None, fault
    if value is None:
        return None, ("no label", "Fill in the label, or delete the row")
    return value, None
