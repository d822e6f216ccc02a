"""The model card and the data card of docs/, as far as a bill of materials repeats them."""

import re
from dataclasses import dataclass
from pathlib import Path

_DOCS = Path(__file__).parents[2] / "docs"
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


@dataclass(frozen=True)
class DataSet:
    """A row of the data card's first table."""

    name: str
    content: str
    labels: str
    use: str


def model_card_points(section: str) -> list[str]:
    """The points of a section of the model card, as plain text."""
    return _points((_DOCS / "model_card.md").read_text(encoding="utf-8"), section)


def data_card_points(section: str) -> list[str]:
    """The points of a section of the data card, as plain text."""
    return _points((_DOCS / "data_card.md").read_text(encoding="utf-8"), section)


def data_sets() -> list[DataSet]:
    """The data sets that the data card describes."""
    text = (_DOCS / "data_card.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    first, *others = [row for row in rows if len(row) == 4]
    if first != ["data set", "content", "labels", "use here"]:
        raise ValueError(f"the first table of the data card has other columns: {first}")
    return [DataSet(*map(_plain, row)) for row in others]


def _points(text: str, section: str) -> list[str]:
    """The items of a section's list, else its paragraphs. Raises ValueError if there are none."""
    found = re.search(
        rf"^## {re.escape(section)}\n\n(.+?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    if found is None:
        raise ValueError(f"no section is called {section!r}")
    parts = re.split(r"^- ", found[1], flags=re.MULTILINE)[1:] or found[1].split("\n\n")
    return [_plain(part) for part in parts if part.strip()]


def _plain(markdown: str) -> str:
    return " ".join(_LINK.sub(r"\1", markdown).replace("**", "").replace("`", "").split())
