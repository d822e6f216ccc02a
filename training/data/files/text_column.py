"""The column of the texts, by its name or by its values."""

import re
from collections.abc import Iterable

from training.data.files.headings import TEXT, find_column, named_column
from training.data.files.table import Table
from training.errors import DataError

_LINK = re.compile(r"https?://\S+\Z")
_LETTER = re.compile(r"[^\W\d_]")


def text_column(table: Table, wanted: str | None = None, others: Iterable[str] = ()) -> str:
    """The column of the texts: ``wanted``, or a usual name, or the only column of sentences.

    ``others``: columns with another meaning. Raises ``DataError``, with the names of the columns,
    if the table lacks ``wanted`` or no column is the only choice.
    """
    if wanted is not None:
        return named_column(table.columns, wanted, "--text-column", table.name)
    columns = [column for column in table.columns if column not in set(others)]
    for column in find_column(columns, TEXT):
        if any(_has_letter(row.get(column)) for row in table.head):
            return column
    sentences = [column for column in columns if _holds_sentences(table, column)]
    if len(sentences) == 1:
        return sentences[0]
    if len(columns) == 1 and any(_has_letter(row.get(columns[0])) for row in table.head):
        return columns[0]
    raise DataError(
        f"{table.name}: which column holds the texts? Name it with --text-column; the columns are "
        f"{', '.join(table.columns) or 'none'}"
    )


def _has_letter(value: object) -> bool:
    return isinstance(value, str) and bool(_LETTER.search(value)) and not _LINK.match(value)


def _holds_sentences(table: Table, column: str) -> bool:
    """Whether most values of the column are several words, and most of them differ."""
    values = [row.get(column) for row in table.head]
    texts = [value for value in values if isinstance(value, str) and _has_letter(value)]
    several = [text for text in texts if len(text.split()) > 1]
    return 2 * len(several) >= len(values) > 0 and 2 * len(set(texts)) >= len(texts)
