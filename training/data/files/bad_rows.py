"""Rows that cannot be used: an error at the first of them, or a side file that keeps them all."""

import csv
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

from training.data.files.row import BadRow
from training.errors import DataError

Policy = Literal["error", "skip"]
SIDE_FILE = Path("bad_rows.csv")
HEADINGS = ("file", "line", "reason", "row")
"""Columns of the side file."""


class BadRows:
    """The bad rows of one reading; a context manager, which closes the side file.

    With the policy "error", ``add`` raises ``DataError``. With "skip", ``add`` writes the row to
    ``side_file`` and counts it in ``counts``, by fault.
    """

    def __init__(self, policy: Policy = "error", side_file: Path = SIDE_FILE) -> None:
        self.counts: Counter[str] = Counter()
        self.side_file = side_file
        self._policy = policy
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def add(self, file: str, row: BadRow) -> None:
        """Refuse or keep a row of ``file``."""
        if self._policy == "error":
            raise DataError(
                f"{file}, line {row.line}: {row.fault}. {row.remedy}, "
                "or leave such rows out with --on-bad-rows skip"
            )
        self.counts[row.fault] += 1
        content = row.content.encode(errors="backslashreplace").decode()
        self._keep((file, str(row.line), row.fault, content))

    def _keep(self, cells: tuple[str, ...]) -> None:
        """Write a row of the side file."""
        try:
            if self._file is None:
                self._file = self.side_file.open("w", encoding="utf-8", newline="")
                csv.writer(self._file).writerow(HEADINGS)
            csv.writer(self._file).writerow(cells)
        except OSError as error:
            raise DataError(
                f"{self.side_file}, the file of bad rows, cannot be written: {error.strerror}"
            ) from error
