"""Whether the first row of a file without types is a header, and the names of the columns."""

from collections.abc import Collection, Sequence

from training.data.files.headings import is_known

# A column of the first rows with at most so many values is taken for a closed set of values.
_CLOSED = 5


def is_header(rows: Sequence[Sequence[str]], wanted: Collection[str]) -> bool:
    """Whether the first of a file's first rows is its header.

    A header has a name that the user ``wanted`` or a usual name. Else a first row is a header if it
    differs from every column of numbers and from every column of few values below.
    """
    if not rows:
        return False
    first, below = rows[0], rows[1:]
    if any(name in first for name in wanted):
        return True
    if any(is_known(cell) for cell in first) and not _has_numbers(first):
        return True
    differs = []
    for cell, *column in zip(first, *below, strict=False):
        if column and all(map(_is_number, column)):
            differs.append(not _is_number(cell))
        elif len(column) > 1 and len(set(column)) <= min(_CLOSED, len(column) // 2):
            differs.append(cell not in column)
    return bool(differs) and all(differs)


def column_names(header: Sequence[str] | None, width: int) -> list[str]:
    """The names of a header, or "1", "2", …; an empty or repeated name gets its number."""
    if header is None:
        return [str(number) for number in range(1, width + 1)]
    names: list[str] = []
    for number, name in enumerate(header, start=1):
        clean = name.strip()
        names.append(clean if clean and clean not in names else f"{clean} {number}".strip())
    return names


def _has_numbers(cells: Sequence[str]) -> bool:
    return any(map(_is_number, cells))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
