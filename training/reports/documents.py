"""Parts of documents that commands write."""

from pathlib import Path

from training.errors import TrainingError


def replace_between(document: Path, begin: str, end: str, text: str) -> None:
    """Put the text between two marking lines, each of which the document must have once."""
    content = document.read_text(encoding="utf-8")
    if content.count(begin) != 1 or content.count(end) != 1:
        raise TrainingError(f"{document} needs one line {begin!r} and one line {end!r}")
    before, rest = content.split(begin)
    after = rest.split(end)[1]
    document.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
