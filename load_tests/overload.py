"""``python -m load_tests.overload``: three times as much as the service can do, and after it."""

import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from load_tests.load import post, write_bodies
from load_tests.open_loop import Answer, arrivals, percentile_ms
from load_tests.ports import free_ports
from load_tests.process_tree import ProcessTree
from load_tests.servers import Workplace, this_service
from load_tests.tables import table
from load_tests.tweets import tweets
from training.documents import replace_between

_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.overload -->"
    for part in ("overload", "end of overload")
)
_PERIODS = ("sustainable", "overloaded", "a second after", "later")


def overload(
    seconds: Annotated[float, typer.Option(help="of each period")] = 15,
    times: Annotated[float, typer.Option(help="the sustainable rate")] = 3,
    queue_ms: Annotated[int, typer.Option(help="SENTIMENT_QUEUE_MS")] = 200,
    document: Annotated[Path | None, typer.Option(help="document that gets the table")] = None,
) -> None:
    """Find the rate of 32 connections; send half of it, ``times`` as much, then half again."""
    texts = tweets()
    server = this_service("distilbert", SENTIMENT_QUEUE_MS=str(queue_ms))
    with tempfile.TemporaryDirectory(prefix="overload-") as folder:
        place = Workplace(Path(folder), free_ports(1), Path(folder))
        url = f"http://127.0.0.1:{place.port}{server.path}"
        bodies = write_bodies(place.folder / "bodies", [server.body(text) for text in texts])
        command = server.command(server.programs(), place)
        with ProcessTree(command, server.environment(place), place.folder) as tree:
            tree.seconds_to_first_answer(url, server.body(texts[0]))
            post(url, bodies, 32, seconds / 2)
            rate = post(url, bodies, 32, seconds).rate
            calm = arrivals(url, texts, rate / 2, seconds)
            crowd = arrivals(url, texts, rate * times, seconds)
            time.sleep(1)
            after = arrivals(url, texts, rate / 2, seconds)
    recovered = [answer for answer in after if answer.asked_s < 1]
    report = table(
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
    typer.echo(f"sustainable: {rate:.0f} requests/s\n\n{report}")
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
