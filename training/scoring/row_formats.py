"""Formats of the output: the rows of a part as bytes, and the parts as one file."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Protocol

from training.scoring.answer_columns import ADDED, kept_names


class RowFormat(Protocol):
    """Writes rows with their answers."""

    def encode(self, rows: Sequence[Mapping[str, Any]], answers: Mapping[str, list[Any]]) -> bytes:
        """The rows of a part, each followed by the ``answers`` of the same index."""
        ...

    def join(self, parts: Iterable[bytes], file: IO[bytes]) -> None:
        """Write the encoded parts into ``file``, in their order."""
        ...


@dataclass(frozen=True)
class DelimitedFormat:
    """CSV or TSV in UTF-8 as RFC 4180 has it, with a header.

    ``has_texts_alone``: whether all values of the input are texts, as those of CSV are.
    """

    columns: Sequence[str]
    separator: str
    has_texts_alone: bool

    def encode(self, rows: Sequence[Mapping[str, Any]], answers: Mapping[str, list[Any]]) -> bytes:
        """The lines of the rows. Objects, lists and booleans become JSON."""
        names = self.columns
        kept: Iterable[Iterable[Any]] = (map(row.get, names) for row in rows)
        if not self.has_texts_alone:
            kept = (map(_cell, values) for values in kept)
        added = zip(*(map(_cell, answers[name]) for name in ADDED), strict=True)
        return self._lines([*values, *last] for values, last in zip(kept, added, strict=True))

    def join(self, parts: Iterable[bytes], file: IO[bytes]) -> None:
        """Write the header and the lines of all parts."""
        names = kept_names(self.columns)
        file.write(self._lines([[*(names[name] for name in self.columns), *ADDED]]))
        for part in parts:
            file.write(part)

    def _lines(self, rows: Iterable[Sequence[Any]]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.separator).writerows(rows)
        return text.getvalue().encode()


class JsonLinesFormat:
    """One object a line, in UTF-8. Rows keep their own keys and the types of JSON."""

    def encode(self, rows: Sequence[Mapping[str, Any]], answers: Mapping[str, list[Any]]) -> bytes:
        """The lines of the rows. A value without a type in JSON, such as a date, becomes text."""
        added = zip(*(answers[name] for name in ADDED), strict=True)
        return "".join(
            f"{_as_json(self._object(row, values))}\n"
            for row, values in zip(rows, added, strict=True)
        ).encode()

    def join(self, parts: Iterable[bytes], file: IO[bytes]) -> None:
        """Write the lines of all parts."""
        for part in parts:
            file.write(part)

    @staticmethod
    def _object(row: Mapping[str, Any], values: Sequence[Any]) -> dict[str, Any]:
        if not _ADDED.isdisjoint(row):
            names = kept_names(row)
            row = {names[name]: value for name, value in row.items()}
        return {**row, **dict(zip(ADDED, values, strict=True))}


_ADDED = frozenset(ADDED)
_as_json = json.JSONEncoder(ensure_ascii=False, default=str).encode


def cell_text(value: Any) -> str | None:
    """A value as text: objects, lists and booleans as JSON, None as None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | dict | list):
        return _as_json(value)
    return str(value)


def _cell(value: Any) -> Any:
    """A value for the csv module, which writes texts and numbers itself."""
    return value if isinstance(value, str | float) else cell_text(value)
