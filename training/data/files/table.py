"""Tables: the opened files of a path, with their columns, format and encoding."""

import gzip
import io
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import IO, cast

from training.data.files.bad_rows import BadRows
from training.data.files.data_file import GZIP, DataFile, find_files
from training.data.files.delimited import SEPARATORS, guess_separator, read_delimited, usual_width
from training.data.files.encoding import (
    LATIN_1,
    PIPED,
    Encoding,
    detect_encoding,
    has_lone_surrogate,
)
from training.data.files.header import column_names, is_header
from training.data.files.json_lines import read_json_lines
from training.data.files.parquet import MAGIC, read_parquet
from training.data.files.row import BadRow, Row
from training.errors import DataError

_HEAD_LINES = 200
# The first bytes of .xls files, and of .xlsx files, which are zip archives.
_WORKBOOKS = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04")
SENTIMENT140 = ["polarity", "id", "date", "query", "user", "text"]
"""Columns of Sentiment140's official layout, which has no header."""


@dataclass(frozen=True)
class Table:
    """An opened file.

    - ``format``: "CSV", "JSON Lines", "Parquet", …; ``encoding``: its name, "" for Parquet;
    - ``columns``: names of the header, of Sentiment140's layout, or "1", "2", …;
    - ``head``: the values of the first rows, by column;
    - ``separator``: of CSV; else None;
    - ``file``: its place; None for the standard input, whose rows can be read once;
    - ``read``: yields the rows in their order, the bad rows among them.
    """

    name: str
    format: str
    encoding: str
    columns: list[str]
    has_header: bool
    head: list[dict[str, object]]
    separator: str | None
    file: DataFile | None
    read: Callable[[], Iterator[Row | BadRow]]

    @property
    def is_sentiment140(self) -> bool:
        return self.columns == SENTIMENT140 and not self.has_header

    @property
    def description(self) -> str:
        """Format, encoding and header, such as "CSV, UTF-8, no header"."""
        parts = ["Sentiment140's layout" if self.is_sentiment140 else self.format, self.encoding]
        if not self.has_header and not self.is_sentiment140:
            parts.append("no header")
        return ", ".join(filter(None, parts))

    def rows(self, bad_rows: BadRows) -> Iterator[Row]:
        """The rows in their order; ``bad_rows`` gets the others. Raises ``DataError``."""
        for row in self.read():
            if isinstance(row, BadRow):
                bad_rows.add(self.name, row)
            else:
                yield row


def open_tables(place: str, wanted: Collection[str] = ()) -> tuple[list[Table], list[str]]:
    """The tables of a path, a folder or a glob, and the names of files that are no data.

    ``wanted``: names of columns that the user gave, by which a header is recognised. Raises
    ``DataError``.
    """
    found = find_files(place)
    tables = [open_table(file, wanted) for file in found.files]
    filled = [table for table in tables if table.head]
    if not filled:
        raise DataError(f"{place} holds no rows")
    # Spark writes such files beside those with rows.
    empty = [f"{table.name} (no rows)" for table in tables if not table.head]
    return filled, found.ignored + empty


def open_table(file: DataFile, wanted: Collection[str] = ()) -> Table:
    """Open one file. Raises ``DataError``."""
    with file.open() as binary:
        begin = binary.read(len(MAGIC))
    if begin == MAGIC:
        return _parquet(file)
    if begin in _WORKBOOKS:
        raise DataError(f"{file.name} is a workbook: save its sheet as CSV UTF-8")
    try:
        with file.open() as binary:
            encoding = detect_encoding(binary)
    except DataError as error:
        raise DataError(f"{file.name}: {error}") from error
    with _text(file, encoding) as text:
        lines = list(islice(text, _HEAD_LINES))
    return _text_table(_Source(file.name, encoding, lines, partial(_text, file), file), wanted)


def open_stream(binary: io.BufferedReader, wanted: Collection[str] = ()) -> Table:
    """Open the standard input or another pipe: CSV and the like or JSON Lines, plain or gzipped.

    The rows can be read once. Raises ``DataError``.
    """
    name = "the standard input"
    if binary.peek(len(GZIP)).startswith(GZIP):
        binary = io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=binary)))
    if binary.peek(len(MAGIC))[: len(MAGIC)] in (MAGIC, *_WORKBOOKS):
        raise DataError(f"{name} is Parquet or an archive, which no pipe can give: name the file")
    text = io.TextIOWrapper(binary, PIPED.codec, PIPED.errors, newline="")
    lines = list(islice(text, _HEAD_LINES))
    if not any(line.strip() for line in lines):
        raise DataError(f"{name} holds no rows")
    remaining = chain(lines, text)
    return _text_table(
        _Source(name, PIPED, lines, lambda encoding: nullcontext(remaining), None), wanted
    )


@dataclass(frozen=True)
class _Source:
    """A text: its name, its encoding, its first lines, and all its lines in an encoding."""

    name: str
    encoding: Encoding
    head: list[str]
    open: Callable[[Encoding], AbstractContextManager[Iterator[str]]]
    file: DataFile | None


def _text_table(source: _Source, wanted: Collection[str]) -> Table:
    first = next((line.lstrip() for line in source.head if line.strip()), "")
    if first.startswith("{"):
        return _json_lines(source)
    if first.startswith("[") and source.name.lower().endswith((".json", ".jsonl")):
        raise DataError(
            f"{source.name} is one JSON array: write one object a line (in pandas: "
            'to_json(path, orient="records", lines=True))'
        )
    return _delimited(source, wanted)


def _parquet(file: DataFile) -> Table:
    head = [row.values for row in islice(read_parquet(file), _HEAD_LINES)]
    columns = list(head[0]) if head else []
    return Table(
        file.name, "Parquet", "", columns, True, head, None, file, lambda: read_parquet(file)
    )


def _json_lines(source: _Source) -> Table:
    head = [row.values for row in read_json_lines(iter(source.head)) if isinstance(row, Row)]
    columns = list({name: None for values in head for name in values})

    def read() -> Iterator[Row | BadRow]:
        with source.open(source.encoding) as text:
            yield from read_json_lines(text)

    encoding = source.encoding.name
    return Table(source.name, "JSON Lines", encoding, columns, True, head, None, source.file, read)


def _delimited(source: _Source, wanted: Collection[str]) -> Table:
    encoding, lines = source.encoding, source.head
    # Excel reads the separator from a first line such as "sep=;".
    named = lines[0].strip().lower() if lines else ""
    skipped = int(named.startswith("sep=") and len(named) == len("sep=;"))
    if skipped:
        lines = lines[1:]
    separator = named[-1] if skipped else guess_separator(lines)
    rows = [row[1] for row in read_delimited(iter(lines), separator) if not isinstance(row, BadRow)]
    header = rows[0] if is_header(rows, wanted) else None
    width = len(header) if header else usual_width([len(row) for row in rows])
    columns = column_names(header, width)
    if header is None and _is_sentiment140(rows):
        columns = SENTIMENT140
        if encoding is not PIPED and (encoding.is_damaged or encoding.codec == "cp1252"):
            # The authors' file, in which UTF-8 and other bytes mix, is read as Latin-1 everywhere.
            encoding = LATIN_1
    body = rows[1:] if header else rows
    head: list[dict[str, object]] = [
        dict(zip(columns, row, strict=True)) for row in body if len(row) == width
    ]

    def read() -> Iterator[Row | BadRow]:
        with source.open(encoding) as text:
            for _ in range(skipped):
                next(text)
            found = read_delimited(text, separator, width, first_line=skipped + 1)
            if header is not None:
                next(found)
            for row in found:
                if isinstance(row, BadRow):
                    yield row
                elif encoding.is_damaged and has_lone_surrogate("".join(row[1])):
                    yield _damaged(row)
                else:
                    yield Row(row[0], dict(zip(columns, row[1], strict=True)))

    kind = SEPARATORS.get(separator, f"CSV with {separator}")
    has_header = header is not None
    return Table(
        source.name, kind, encoding.name, columns, has_header, head, separator, source.file, read
    )


def _is_sentiment140(rows: list[list[str]]) -> bool:
    fitting = [row for row in rows if len(row) == len(SENTIMENT140)]
    return bool(fitting) and all(row[0] in ("0", "2", "4") for row in fitting)


def _damaged(row: tuple[int, list[str]]) -> BadRow:
    return BadRow(
        row[0],
        "bytes that are not UTF-8, in a file that else is",
        "Save the file as UTF-8 again",
        ",".join(row[1]),
    )


@contextmanager
def _text(file: DataFile, encoding: Encoding) -> Iterator[IO[str]]:
    with file.open() as binary:
        try:
            yield io.TextIOWrapper(
                binary, encoding=encoding.codec, errors=encoding.errors, newline=""
            )
        except UnicodeDecodeError as error:
            raise DataError(f"{file.name} is not {encoding.name}: {error.reason}") from error
