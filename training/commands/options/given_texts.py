"""Texts that a command is given: as arguments, in files, or on the standard input."""

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from training.data.files.bad_rows import BadRows
from training.data.files.data_file import SUFFIXES
from training.data.files.encoding import detect_encoding
from training.data.files.row import BadRow
from training.data.files.table import open_tables
from training.data.files.text_column import text_column
from training.data.text_faults import find_fault
from training.errors import DataError

_STANDARD_INPUT = "-"
# Suffixes of files with one text a line. Every other file is a table.
_LINES = (".txt", "")


def read_texts(given: Sequence[str], column: str | None, bad_rows: BadRows) -> Iterator[str]:
    """The trimmed texts of ``given``: texts, paths of files, or ``-`` for the standard input.

    A file without suffix, a .txt file and the standard input have one text a line, and blank lines
    are left out. Any other file is a table, whose ``column`` has the texts. ``bad_rows`` gets lines
    and rows that no model answers. Raises ``DataError`` for such an argument.
    """
    for argument in given:
        path = Path(argument)
        if argument == _STANDARD_INPUT:
            yield from _lines(sys.stdin.buffer.read(), "standard input", bad_rows)
        elif argument and _exists(path):
            if path.suffix.lower() in _LINES and path.is_file():
                yield from _lines(path.read_bytes(), argument, bad_rows)
            else:
                yield from _cells(argument, column, bad_rows)
        elif path.suffix.lower() in SUFFIXES and len(argument.split()) == 1:
            raise DataError(f"{path} does not exist: give a file, or a text in quotation marks")
        else:
            text = argument.strip()
            if fault := find_fault(text):
                raise DataError(f"the text {text[:40]!r} cannot be answered: {fault[0]}")
            yield text


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        # A long text is no path: the system refuses its length or a character.
        return False


def _lines(content: bytes, name: str, bad_rows: BadRows) -> Iterator[str]:
    try:
        encoding = detect_encoding(io.BytesIO(content))
    except DataError as error:
        raise DataError(f"{name}: {error}") from error
    lines = content.decode(encoding.codec, encoding.errors).split("\n")
    rows = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    yield from _answerable(name, rows, bad_rows)


def _cells(name: str, column: str | None, bad_rows: BadRows) -> Iterator[str]:
    tables, _ = open_tables(name, [column] if column else [])
    for table in tables:
        texts = text_column(table, column)
        rows = ((row.line, row.values.get(texts)) for row in table.rows(bad_rows))
        yield from _answerable(table.name, rows, bad_rows)


def _answerable(name: str, rows: Iterator[tuple[int, object]], bad_rows: BadRows) -> Iterator[str]:
    """The trimmed texts of numbered lines; ``bad_rows`` gets the others."""
    for line, value in rows:
        text = value.strip() if isinstance(value, str) else ""
        if fault := find_fault(text):
            bad_rows.add(name, BadRow(line, *fault, text))
        else:
            yield text
