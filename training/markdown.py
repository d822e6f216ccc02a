"""Markdown: tables, and the marked parts of documents that commands write."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from training.errors import TrainingError


def markdown_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], text_columns: int = 1
) -> str:
    """A table without a final line break; columns after the first ``text_columns`` align right."""
    marks = ["---" if column < text_columns else "---:" for column in range(len(headings))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, marks, *rows))


def replace_between(document: Path, begin: str, end: str, text: str) -> None:
    """Replace the text between two marking lines of a document.

    Raises ``TrainingError`` if the document does not hold each line exactly once.
    """
    content = document.read_text(encoding="utf-8")
    if content.count(begin) != 1 or content.count(end) != 1:
        raise TrainingError(f"{document} needs one line {begin!r} and one line {end!r}")
    before, rest = content.split(begin)
    after = rest.split(end)[1]
    document.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
