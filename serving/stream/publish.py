"""``python -m serving.stream.publish``: send mentions of a JSON Lines file to the broker."""

import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import IO

import click
import redis
from bentoml.exceptions import BentoMLException

from serving.parent_process.start_error import one_line_start_errors
from serving.settings import settings
from serving.stream.delivery import FullStreamError, StreamError
from serving.stream.redis_stream import add_entries, connect

_BATCH = 500
_PAUSE_S = 0.5


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--to", "stream", default="mentions", show_default=True, help="Name of the stream.")
@click.option(
    "--rate", type=click.FloatRange(0.001), help="Mentions per second; default: no bound."
)
def publish(file: IO[bytes], stream: str, rate: float | None) -> None:
    """Send the lines of FILE (- for the standard input) to a stream of SENTIMENT_BROKER_URL.

    The command waits while the stream holds 100,000 mentions. After an error, send the whole file
    again: the table keeps each id once.
    """
    with one_line_start_errors():
        client = connect(settings().broker_url.get_secret_value())
    lines = (line.strip() for line in file if line.strip())
    sent = 0
    try:
        for batch in _batches(lines, rate):
            _send(client, stream, batch)
            sent += len(batch)
    finally:
        click.echo(f"{sent:,} mentions sent to the stream {stream}", err=True)


def _send(client: "redis.Redis", stream: str, batch: list[bytes]) -> None:
    """Append a batch. Waits while the stream is full."""
    waiting = False
    while True:
        try:
            add_entries(client, stream, batch)
            return
        except FullStreamError as error:
            if not waiting:
                click.echo(f"{error}: waiting", err=True)
                waiting = True
            time.sleep(_PAUSE_S)


def _batches(lines: Iterator[bytes], rate: float | None) -> Iterator[list[bytes]]:
    """Batches of lines; with a rate, single lines at their times."""
    if rate is None:
        while batch := list(islice(lines, _BATCH)):
            yield batch
        return
    began = time.monotonic()
    for number, line in enumerate(lines):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        yield [line]


def main() -> None:
    """Run the command. An error that the user can correct is one line and exit code 2."""
    try:
        publish()
    except (StreamError, BentoMLException) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
