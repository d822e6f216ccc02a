"""Recall of scrubbing by kind: ``python -m tests.serving.feedback.scrubbing_recall``.

The sentences beside this module were written for this measurement. A line marks personal data as
``[kind: data]``. ``--document docs/privacy.md`` writes the table there, and the cost of the model.
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import psutil
import typer

from serving.feedback.privacy import scrub
from training.markdown import markdown_table, replace_between

_BEGIN = (
    "<!-- recall of scrubbing: written by python -m tests.serving.feedback.scrubbing_recall -->"
)
_END = "<!-- end of recall of scrubbing -->"
_FOLDER = Path(__file__).parent
_MARKED = re.compile(r"\[([\w ]+): ([^\]]+)\]")
_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True)
class Recall:
    """Counts by kind of personal data; a datum is masked if none of its words remains."""

    masked: Counter[str]
    all: Counter[str]

    def of(self, kind: str) -> float:
        return self.masked[kind] / self.all[kind]


@dataclass(frozen=True)
class FalseMasks:
    """Number of words that name no person, and how many of these words scrubbing removed."""

    masked: int
    all: int
    changed_sentences: int
    sentences: int


@dataclass(frozen=True)
class Cost:
    """Processor time and memory of a process's first text, and processor time of later texts."""

    first_s: float
    mib: float
    text_ms: float


def measure_recall() -> Recall:
    """Scrub the sentences with personal data, and count what is masked."""
    masked, every = Counter[str](), Counter[str]()
    for line in _lines("tweets_with_personal_data.txt"):
        left = set(_WORD.findall(scrub(_MARKED.sub(r"\2", line))))
        for kind, data in _MARKED.findall(line):
            every[kind] += 1
            masked[kind] += left.isdisjoint(_WORD.findall(data))
    return Recall(masked, every)


def measure_false_masks() -> FalseMasks:
    """Scrub the sentences without personal data, and count what is masked."""
    masked = every = changed = sentences = 0
    for line in _lines("tweets_without_personal_data.txt"):
        scrubbed = scrub(line)
        before, after = Counter(_WORD.findall(line)), Counter(_WORD.findall(scrubbed))
        every += before.total()
        masked += (before - after).total()
        changed += scrubbed != line
        sentences += 1
    return FalseMasks(masked, every, changed, sentences)


def measure_cost() -> Cost:
    """Scrub a first text and later texts, without the packages that the image lacks."""
    for training_package in ("torch", "tensorflow", "transformers"):
        sys.modules[training_package] = None  # type: ignore[assignment]
    memory, started = psutil.Process().memory_info().rss, time.process_time()
    scrub("a first text")
    first_s = time.process_time() - started
    mib = (psutil.Process().memory_info().rss - memory) / 2**20
    started, texts = time.process_time(), list(_lines("tweets_without_personal_data.txt"))
    for text in texts:
        scrub(text)
    text_ms = (time.process_time() - started) / len(texts) * 1000
    return Cost(first_s, mib, text_ms)


def main(
    document: Annotated[Path | None, typer.Option(help="document that gets the table")] = None,
) -> None:
    """Print the recall of each kind, the share of false masks and the cost of the model."""
    cost = measure_cost()
    recall, false = measure_recall(), measure_false_masks()
    rows = [
        [kind, str(recall.all[kind]), str(recall.masked[kind]), f"{recall.of(kind):.2f}"]
        for kind in recall.all
    ]
    report = (
        markdown_table(["kind", "in the sentences", "masked", "recall"], rows, text_columns=4)
        + f"\n\nOf {false.sentences} sentences without personal data, "
        f"{false.changed_sentences} lost a word to a mask: {false.masked} of {false.all} words.\n\n"
        f"The first text of a worker takes {cost.first_s:.1f} s of processor time and "
        f"{cost.mib:.0f} MiB, for the libraries and the model. Every later text takes "
        f"{cost.text_ms:.0f} ms."
    )
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)


def _lines(name: str) -> Iterator[str]:
    yield from (_FOLDER / name).read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    typer.run(main)
