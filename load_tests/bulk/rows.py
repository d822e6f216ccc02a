"""Rows for the measurement of bulk scoring, made from files of tweets."""

import csv
import random
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

from training.data.files.bad_rows import BadRows
from training.data.files.table import open_tables
from training.data.files.text_column import text_column
from training.data.text_faults import find_fault


def read_texts(places: Sequence[str]) -> list[str]:
    """The trimmed texts of files within the service's limits, in their order."""
    texts = []
    for place in places:
        for table in open_tables(place)[0]:
            column = text_column(table)
            found = (str(row.values.get(column) or "").strip() for row in table.rows(BadRows()))
            texts += [text for text in found if not find_fault(text)]
    return texts


def repeated_texts(texts: Sequence[str], rows: int) -> Iterator[str]:
    """``rows`` texts: all ``texts`` again and again."""
    return islice(cycle(texts), rows)


def distinct_texts(texts: Sequence[str], rows: int, seed: int = 7) -> Iterator[str]:
    """``rows`` different texts: the distinct ``texts``, then texts with a word of another text.

    A text of one word gets a further word. The lengths are those of ``texts`` on average.
    """
    chance = random.Random(seed)
    seen: set[int] = set()
    for number, text in enumerate(cycle(texts)):
        if len(seen) == rows:
            return
        chosen = text
        while hash(chosen) in seen or (number >= len(texts) and chosen == text):
            chosen = _with_other_word(text, chance.choice(texts), chance)
        seen.add(hash(chosen))
        yield chosen


def _with_other_word(text: str, other: str, chance: random.Random) -> str:
    words = text.split(" ")
    place = chance.randrange(len(words) + (len(words) == 1))
    words[place : place + 1] = [chance.choice(other.split(" "))]
    return " ".join(words).strip()[:1000].strip() or text


def write_rows(path: Path, texts: Iterator[str]) -> None:
    """Write a CSV file with the columns ``id`` and ``text``."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(texts))
