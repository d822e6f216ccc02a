"""The rows to be scored, in parts of a fixed number of rows."""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from training.data.files.bad_rows import BadRows, Policy
from training.data.files.data_file import DataFile
from training.data.files.parquet import count_parquet_rows
from training.data.files.row import BadRow
from training.data.files.table import Table, open_stream, open_tables
from training.data.files.text_column import text_column
from training.data.text_faults import find_fault

PART_ROWS = 4096
"""Rows of a part, bad rows among them. A killed run repeats the parts that were in progress."""

STANDARD_STREAM = "-"

_BLOCK = 1 << 20


@dataclass(frozen=True)
class RowPart:
    """Rows with the trimmed texts of the same length n, and the bad rows between them.

    ``bad_rows``: cells of the side file. ``lines``: lines of all files up to the end of the part.
    """

    rows: list[dict[str, Any]]
    texts: list[str]
    bad_rows: list[tuple[str, ...]]
    lines: int


@dataclass(frozen=True)
class InputFile:
    """A file with the SHA-256 of its unpacked content, and its number of lines or rows."""

    name: str
    sha256: str
    lines: int


class _HeldBadRows(BadRows):
    """Bad rows that are held until their part takes them."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(policy)
        self.held: list[tuple[str, ...]] = []

    def _keep(self, cells: tuple[str, ...]) -> None:
        self.held.append(cells)


@dataclass(frozen=True)
class InputRows:
    """Tables, and the column of the texts of each."""

    tables: list[Table]
    text_columns: list[str]

    @classmethod
    def open(cls, place: str, column: str | None) -> Self:
        """The tables of a path, a folder, a glob, ``s3://…``, or ``-`` for the standard input.

        ``column``: the column of the texts, None to recognise it. Raises ``DataError``.
        """
        wanted = [column] if column else []
        if place == STANDARD_STREAM:
            tables = [open_stream(sys.stdin.buffer, wanted)]  # type: ignore[arg-type]
        else:
            tables, _ = open_tables(place, wanted)
        return cls(tables, [text_column(table, column) for table in tables])

    @property
    def is_stream(self) -> bool:
        """Whether the rows can be read only once."""
        return any(table.file is None for table in self.tables)

    def files(self) -> list[InputFile]:
        """The files, all of which are read. Empty for a stream."""
        return [_read_file(table.file, table.format) for table in self.tables if table.file]

    def parts(self, policy: Policy, size: int = PART_ROWS) -> Iterator[RowPart]:
        """All rows in their order. Raises ``DataError``, also for a bad row with "error"."""
        bad_rows = _HeldBadRows(policy)
        rows: list[dict[str, Any]] = []
        texts: list[str] = []
        lines = before = 0
        for table, column in zip(self.tables, self.text_columns, strict=True):
            for row in table.read():
                lines = before + row.line
                if isinstance(row, BadRow):
                    bad_rows.add(table.name, row)
                else:
                    value = row.values.get(column)
                    text = value.strip() if isinstance(value, str) else ""
                    if fault := find_fault(text):
                        bad_rows.add(table.name, BadRow(row.line, *fault, text))
                    else:
                        rows.append(row.values)
                        texts.append(text)
                if len(rows) + len(bad_rows.held) >= size:
                    yield RowPart(rows, texts, bad_rows.held, lines)
                    rows, texts, bad_rows.held = [], [], []
            before = lines
        if rows or bad_rows.held:
            yield RowPart(rows, texts, bad_rows.held, lines)


def _read_file(file: DataFile, format_: str) -> InputFile:
    digest, lines = hashlib.sha256(), 0
    with file.open() as content:
        while block := content.read(_BLOCK):
            digest.update(block)
            lines += block.count(b"\n")
    lines = count_parquet_rows(file) if format_ == "Parquet" else lines
    return InputFile(file.name, digest.hexdigest(), lines)
