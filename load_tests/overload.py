"""``python -m load_tests.overload``: three times as much as the service can do, and after it."""

import time
from pathlib import Path
from typing import Annotated

import typer

from load_tests.load import post
from load_tests.open_loop import Answer, arrivals, percentile_ms
from load_tests.running import running
from load_tests.servers import this_service
from load_tests.tables import table
from load_tests.tweets import tweets
from training.reports.documents import replace_between

_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.overload -->"
    for part in ("overload", "end of overload")
)
_GOOD = {"text": "good"}
_PERIODS = ("sustainable", "overloaded", "a second after", "later")


def overload(
    seconds: Annotated[int, typer.Option(help="of each period")] = 15,
    times: Annotated[float, typer.Option(help="the sustainable rate")] = 3,
    queue_ms: Annotated[int, typer.Option(help="SENTIMENT_QUEUE_MS")] = 200,
    document: Annotated[Path | None, typer.Option(help="document that gets the table")] = None,
) -> None:
    """Find the rate of 8 connections; send half of it, ``times`` as much, then half again."""
    texts = tweets()
    with running(this_service("distilbert", SENTIMENT_QUEUE_MS=str(queue_ms)), _GOOD) as server:
        bodies = server.bodies("bodies", [{"text": text} for text in texts])
        # So few that none is refused.
        post(server.url, bodies, 8, seconds // 2)
        rate = post(server.url, bodies, 8, seconds).rate
        calm = arrivals(server.url, texts, rate / 2, seconds)
        crowd = arrivals(server.url, texts, rate * times, seconds)
        time.sleep(1)
        after = arrivals(server.url, texts, rate / 2, seconds)
    recovered = [answer for answer in after if answer.asked_s < 1]
    periods = table(
        ("period", "sent/s", "200", "p50 ms", "p99 ms", "429, 503", "p99 ms", "other", "no header"),
        [
            _row(name, answers, length)
            for name, answers, length in zip(
                _PERIODS,
                (calm, crowd, recovered, after),
                (seconds, seconds, 1.0, seconds),
                strict=True,
            )
        ],
    )
    report = f"sustainable: {rate:.0f} requests/s\n\n{periods}"
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)


def _row(name: str, answers: list[Answer], seconds: float) -> tuple[str, ...]:
    good = [answer for answer in answers if answer.code == 200]
    refused = [answer for answer in answers if answer.code in (429, 503)]
    silent = sum(not answer.retry_after for answer in refused)
    return (
        name,
        f"{len(answers) / seconds:.0f}",
        str(len(good)),
        *(f"{percentile_ms(good, percent):.1f}" if good else "" for percent in (50, 99)),
        str(len(refused)),
        f"{percentile_ms(refused, 99):.1f}" if refused else "",
        str(len(answers) - len(good) - len(refused)),
        str(silent),
    )


if __name__ == "__main__":
    typer.run(overload)
