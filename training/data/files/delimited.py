"""CSV, and the like with other separators, in the strict mode of Python's csv module.

Of the readers at hand, that mode alone refuses text behind a closing quote. pandas and pyarrow read
the lines between two stray quotes as one field. After a bad row the next line begins a new row, so
that a stray quote costs one row.
"""

import csv
from collections import deque
from collections.abc import Iterator

from training.data.files.row import BadRow

SEPARATORS = {",": "CSV", ";": "CSV with semicolons", "\t": "TSV", "|": "CSV with |"}
_DOUBLE = 'Quote the whole text and double the quotes inside: "He said ""hi"""'
_FAULTS = {
    "unexpected end of data": (
        "a quote opens here and is never closed",
        f"{_DOUBLE}. If the file was cut off, get it again",
    ),
    "field larger": ("a quote opens here and swallows the lines behind", _DOUBLE),
    "expected after": ("text follows a closing quote", _DOUBLE),
}
_ESCAPED = (
    'a quote is escaped as \\"',
    'Write "" for a quote inside a text; in Spark: option("escape", "\\"")',
)


class _Lines:
    """Lines of a file, of which the lines since the last ``start`` can be given back."""

    def __init__(self, lines: Iterator[str], first_line: int) -> None:
        self._lines = lines
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self.number = first_line - 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.number += 1
        self.taken.append(line)
        return line

    def give_back(self, kept: int) -> None:
        """Give all taken lines back but the first ``kept``."""
        back = self.taken[kept:]
        self._returned.extendleft(reversed(back))
        self.number -= len(back)


def read_delimited(
    lines: Iterator[str], separator: str, width: int | None = None, first_line: int = 1
) -> Iterator[tuple[int, list[str]] | BadRow]:
    """Rows with the numbers of their first lines; a row without ``width`` fields is bad.

    ``lines`` keep their line breaks; the first has the number ``first_line``. Empty lines are no
    rows.
    """
    source = _Lines(lines, first_line)
    reader = csv.reader(source, delimiter=separator, strict=True)
    while True:
        first = source.number + 1
        source.taken.clear()
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _unquoted(first, "".join(source.taken[:2]), source.taken[0], str(error))
            source.give_back(1)
            reader = csv.reader(source, delimiter=separator, strict=True)
            continue
        if width is not None and len(values) != width:
            if not values:
                continue
            yield _wrong_width(first, source.taken[0], separator, len(values), width)
            source.give_back(1)
            continue
        if values:
            yield first, values


def _unquoted(line: int, near: str, content: str, error: str) -> BadRow:
    if '\\"' in near:
        return BadRow(line, *_ESCAPED, content.rstrip("\r\n"))
    fault, remedy = next(text for part, text in _FAULTS.items() if part in error)
    return BadRow(line, fault, remedy, content.rstrip("\r\n"))


def _wrong_width(line: int, content: str, separator: str, found: int, width: int) -> BadRow:
    if '\\"' in content:
        return BadRow(line, *_ESCAPED, content.rstrip("\r\n"))
    name = "tab" if separator == "\t" else separator
    remedy = (
        f"Quote a text that holds the separator {name}"
        if found > width
        else "Complete the row. If the file was cut off, get it again"
    )
    fault = f"{found} column{'s' * (found != 1)} where {width} are expected"
    return BadRow(line, fault, remedy, content.rstrip("\r\n"))


def guess_separator(lines: list[str]) -> str:
    """The separator that gives most rows the same number of columns, two or more.

    A comma, if no separator does. ``lines``: the first lines of a file.
    """
    best, best_quality = ",", (0.0, 0)
    for separator in SEPARATORS:
        widths = [len(row) for row in csv.reader(iter(lines), delimiter=separator) if row]
        width = max(set(widths), key=widths.count, default=1)
        quality = (widths.count(width) / max(1, len(widths)), width)
        if width > 1 and quality > best_quality:
            best, best_quality = separator, quality
    return best
