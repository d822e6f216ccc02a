"""Tables: the opened files of a path, with their columns, format and encoding."""

import io
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO

from training.data.files.bad_rows import BadRows
from training.data.files.data_file import DataFile, FoundFiles, find_files
from training.data.files.delimited import SEPARATORS, guess_separator, read_delimited
from training.data.files.encoding import LATIN_1, Encoding, detect_encoding, has_lone_surrogate
from training.data.files.header import column_names, is_header
from training.data.files.json_lines import read_json_lines
from training.data.files.parquet import MAGIC, read_parquet
from training.data.files.row import BadRow, Row
from training.errors import DataError

_HEAD_LINES = 200
SENTIMENT140 = ["polarity", "id", "date", "query", "user", "text"]
"""Columns of Sentiment140's official layout, which has no header."""


@dataclass(frozen=True)
class Table:
    """An opened file.

    - ``format``: "CSV", "JSON Lines", "Parquet", …; ``encoding``: its name, "" for Parquet;
    - ``columns``: names of the header, of Sentiment140's layout, or "1", "2", …;
    - ``head``: the values of the first rows, by column;
    - ``separator``: of CSV; else None.
    """

    name: str
    format: str
    encoding: str
    columns: list[str]
    has_header: bool
    head: list[dict[str, object]]
    separator: str | None
    _read: Callable[[], Iterator[Row | BadRow]]

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
        for row in self._read():
            if isinstance(row, BadRow):
                bad_rows.add(self.name, row)
            else:
                yield row


def open_tables(place: str, wanted: Collection[str] = ()) -> tuple[list[Table], list[str]]:
    """The tables of a path, a folder or a glob, and the names of files that are no data.

    ``wanted``: names of columns that the user gave, by which a header is recognised. Raises
    ``DataError``.
    """
    found: FoundFiles = find_files(place)
    return [open_table(file, wanted) for file in found.files], found.ignored


def open_table(file: DataFile, wanted: Collection[str] = ()) -> Table:
    """Open one file. Raises ``DataError``."""
    with file.open() as binary:
        begin = binary.read(len(MAGIC))
    if begin == MAGIC:
        return _parquet(file)
    if begin == b"\xd0\xcf\x11\xe0":
        raise DataError(f"{file.name} is a workbook: save its sheet as CSV UTF-8")
    try:
        with file.open() as binary:
            encoding = detect_encoding(binary)
    except DataError as error:
        raise DataError(f"{file.name}: {error}") from error
    with _text(file, encoding) as text:
        lines = list(islice(text, _HEAD_LINES))
    first = next((line.lstrip() for line in lines if line.strip()), "")
    if first.startswith("{"):
        return _json_lines(file, encoding, lines)
    if first.startswith("[") and file.name.lower().endswith((".json", ".jsonl")):
        raise DataError(
            f"{file.name} is one JSON array: write one object a line (in pandas: "
            'to_json(path, orient="records", lines=True))'
        )
    return _delimited(file, encoding, lines, wanted)


def _parquet(file: DataFile) -> Table:
    head = [row.values for row in islice(read_parquet(file), _HEAD_LINES)]
    columns = list(head[0]) if head else []
    return Table(file.name, "Parquet", "", columns, True, head, None, lambda: read_parquet(file))


def _json_lines(file: DataFile, encoding: Encoding, lines: list[str]) -> Table:
    head = [row.values for row in read_json_lines(iter(lines)) if isinstance(row, Row)]
    columns = list({name: None for values in head for name in values})

    def read() -> Iterator[Row | BadRow]:
        with _text(file, encoding) as text:
            yield from read_json_lines(text)

    return Table(file.name, "JSON Lines", encoding.name, columns, True, head, None, read)


def _delimited(
    file: DataFile, encoding: Encoding, lines: list[str], wanted: Collection[str]
) -> Table:
    # Excel reads the separator from a first line such as "sep=;".
    named = lines[0].strip().lower() if lines else ""
    skipped = int(named.startswith("sep=") and len(named) == len("sep=;"))
    if skipped:
        lines = lines[1:]
    separator = named[-1] if skipped else guess_separator(lines)
    rows = [row[1] for row in read_delimited(iter(lines), separator) if not isinstance(row, BadRow)]
    widths = [len(row) for row in rows]
    header = rows[0] if is_header(rows, wanted) else None
    width = len(header) if header else max(set(widths), key=widths.count, default=1)
    columns = column_names(header, width)
    if header is None and _is_sentiment140(rows):
        columns = SENTIMENT140
        if encoding.is_damaged or encoding.codec == "cp1252":
            # The authors' file, in which UTF-8 and other bytes mix, is read as Latin-1 everywhere.
            encoding = LATIN_1
    body = rows[1:] if header else rows
    head: list[dict[str, object]] = [
        dict(zip(columns, row, strict=True)) for row in body if len(row) == width
    ]

    def read() -> Iterator[Row | BadRow]:
        with _text(file, encoding) as text:
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
    return Table(file.name, kind, encoding.name, columns, has_header, head, separator, read)


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
