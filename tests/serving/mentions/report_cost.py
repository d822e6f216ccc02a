"""The time of a report of mentions: ``python -m tests.serving.mentions.report_cost``.

Writes invented mentions of 90 days into a SQLite file, by default five million, and measures
the processor time of the report of several windows: the first, and another when the counts of past
days are in memory. Processor time does not depend on other work on the machine. Prints the table of
docs/crowd_page.md.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from sqlalchemy import insert

from serving.feedback.database import migrate, open_engine
from serving.mentions.counts import StoredCounts
from serving.mentions.report import make_report
from serving.mentions.table import mention_table
from tests.support.mentions import SOURCES, mention

_DAYS = 90
_WORDS = [f"word{number}" for number in range(2000)]
_WINDOWS = {"1 hour": 1, "24 hours": 24, "7 days": 168, "35 days": 840}
_ROWS_TOGETHER = 20_000


def _rows(end: datetime, mentions: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(1)
    step = timedelta(days=_DAYS) / mentions
    for number in range(mentions):
        label = "negative" if chance.random() < 0.4 else "positive"
        doubt = "band" if chance.random() < 0.3 else None
        at, source = end - (mentions - number) * step, chance.choice(SOURCES)
        words = chance.choices(_WORDS, k=6)
        yield vars(mention(str(number), at, label, source=source, doubt=doubt, words=words))


def main(
    mentions: Annotated[int, typer.Option(help="Mentions in the table.")] = 5_000_000,
) -> None:
    """Print the processor seconds of a report for several windows."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'feedback.db'}"
        migrate(url)
        end = datetime.now(UTC)
        with open_engine(url).begin() as connection:
            rows = _rows(end, mentions)
            while together := list(islice(rows, _ROWS_TOGETHER)):
                connection.execute(insert(mention_table), together)
        print("| window | mentions | first report | next report |\n|---|---|---|---|")
        for name, hours in _WINDOWS.items():
            stored = StoredCounts(url)
            seconds = []
            for _ in range(2):
                started = time.process_time()
                report = make_report(stored, end - timedelta(hours=hours), end, None, SOURCES)
                seconds.append(time.process_time() - started)
            first, again = seconds
            print(f"| {name} | {report.total.mentions:,} | {first:.2f} s | {again:.2f} s |")


if __name__ == "__main__":
    typer.run(main)
