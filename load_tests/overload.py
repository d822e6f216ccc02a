"""``python -m load_tests.overload``: latency and refusals at three times the sustainable rate."""

import time
from pathlib import Path
from typing import Annotated

import typer

from load_tests.servers.compared_server import this_service
from load_tests.servers.running_server import run_server
from load_tests.tables import table
from load_tests.traffic.closed_loop import post
from load_tests.traffic.open_loop import Answer, percentile_ms, send_open_loop
from load_tests.traffic.tweets import tweets
from training.markdown import replace_between

_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.overload -->"
    for part in ("overload", "end of overload")
)
_WARM_UP_BODY = {"text": "good"}


def overload(
    seconds: Annotated[int, typer.Option(help="duration of each period")] = 15,
    times: Annotated[float, typer.Option(help="overload as a multiple of the rate found")] = 3,
    queue_ms: Annotated[int, typer.Option(help="SENTIMENT_QUEUE_MS")] = 200,
    document: Annotated[Path | None, typer.Option(help="document that gets the table")] = None,
) -> None:
    """Measure the rate of 8 connections; send half of it, ``times`` the rate, then half again."""
    texts = tweets()
    service = this_service("distilbert", SENTIMENT_QUEUE_MS=str(queue_ms))
    with run_server(service, _WARM_UP_BODY) as server:
        bodies = server.write_bodies("bodies", [{"text": text} for text in texts])
        # With 8 connections the queue refuses no request.
        post(server.url, bodies, 8, seconds // 2)
        rate = post(server.url, bodies, 8, seconds).rate
        before = send_open_loop(server.url, texts, rate / 2, seconds)
        overloaded = send_open_loop(server.url, texts, rate * times, seconds)
        time.sleep(1)
        after = send_open_loop(server.url, texts, rate / 2, seconds)
    periods = {
        "half, before": (before, float(seconds)),
        "overload": (overloaded, float(seconds)),
        "half, 1 to 2 s later": ([answer for answer in after if answer.sent_s < 1], 1.0),
        "half, later": (after, float(seconds)),
    }
    report = f"Rate of 8 connections: {rate:.0f} requests/s.\n\n" + table(
        (
            "period",
            "sent/s",
            "200",
            "p50 ms",
            "p99 ms",
            "429, 503",
            "p99 ms",
            "other codes",
            "no Retry-After",
        ),
        [period_row(name, answers, length) for name, (answers, length) in periods.items()],
    )
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)


def period_row(name: str, answers: list[Answer], seconds: float) -> tuple[str, ...]:
    """Rate, successes and refusals (429, 503) of one period; latencies are empty without any."""
    good = [answer for answer in answers if answer.code == 200]
    refused = [answer for answer in answers if answer.code in (429, 503)]
    without_header = sum(not answer.retry_after for answer in refused)
    return (
        name,
        f"{len(answers) / seconds:.0f}",
        str(len(good)),
        *(f"{percentile_ms(good, percent):.1f}" if good else "" for percent in (50, 99)),
        str(len(refused)),
        f"{percentile_ms(refused, 99):.1f}" if refused else "",
        str(len(answers) - len(good) - len(refused)),
        str(without_header),
    )


if __name__ == "__main__":
    typer.run(overload)
