"""``python -m serving.stream``: score mentions from a broker or a pipe."""

import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import click
from bentoml.exceptions import BentoMLException
from prometheus_client import start_http_server

from models.artifacts.manifest import ModelFolderError
from models.artifacts.store import StoredModel
from models.registry import FAMILIES
from serving.feedback.database import migrate
from serving.mentions import metrics as mention_metrics
from serving.mentions.retention import start_retention
from serving.mentions.store import MentionStore
from serving.parent_process.start_error import one_line_start_errors
from serving.prediction_ids import PredictionTokens
from serving.secret import load_or_create_secret
from serving.settings import Settings, settings
from serving.stream import metrics
from serving.stream.delivery import Sink, Source, StreamError
from serving.stream.pipe import PipeSource
from serving.stream.redis_stream import RedisSource, connect
from serving.stream.scoring import MentionScorer
from serving.stream.sinks import FileSink, LinesSink, TableSink, TopicSink
from serving.stream.worker import StreamWorker

_STREAM = "stream:"
_PIPE = "-"
_HIGHEST_PORT = 65535


def _check_origin(_: click.Context, __: click.Parameter, origin: str) -> str:
    if origin != _PIPE and not origin.startswith(_STREAM):
        raise click.BadParameter("write stream:NAME or -")
    return origin


def _check_target(_: click.Context, __: click.Parameter, target: str) -> str:
    if not (target in ("table", _PIPE) or target.startswith(_STREAM) or target.endswith(".jsonl")):
        raise click.BadParameter("write table, stream:NAME, FILE.jsonl or -")
    return target


def _split_address(_: click.Context, __: click.Parameter, address: str) -> tuple[str, int]:
    host, _colon, port = address.rpartition(":")
    if not host or not port.isdigit() or int(port) > _HIGHEST_PORT:
        raise click.BadParameter("write HOST:PORT")
    return host, int(port)


@click.command()
@click.option(
    "--from",
    "origin",
    callback=_check_origin,
    default="stream:mentions",
    show_default=True,
    help="stream:NAME of the broker, or - for JSON Lines on the standard input.",
)
@click.option(
    "--to",
    "target",
    callback=_check_target,
    default="table",
    show_default=True,
    help="table of the feedback database, stream:NAME, FILE.jsonl, or - for the standard output.",
)
@click.option(
    "--model",
    type=click.Choice(list(FAMILIES)),
    help="The family that answers.",
)
@click.option(
    "--batch",
    default=256,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Most mentions that are scored together.",
)
@click.option(
    "--consumer",
    default=lambda: f"{socket.gethostname()}-{os.getpid()}",
    help="Name among the programs that share the stream; by default host and process id.",
)
@click.option(
    "--claim-after",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0.1),
    help="Seconds after which the mentions of a program that ended go to another.",
)
@click.option(
    "--rejected",
    default="mentions.rejected",
    show_default=True,
    type=click.Path(path_type=Path),
    help="File of unusable lines of the standard input. A broker keeps such entries itself.",
)
@click.option(
    "--metrics",
    "address",
    callback=_split_address,
    default="127.0.0.1:9098",
    show_default=True,
    help="HOST:PORT of /metrics.",
)
def stream(
    origin: str,
    target: str,
    model: str | None,
    batch: int,
    consumer: str,
    claim_after: float,
    rejected: Path,
    address: tuple[str, int],
) -> None:
    """Score mentions as they arrive: JSON objects with id, text, source and posted_at.

    A mention leaves the broker after its result is on disk. The table keeps each id once.
    """
    with one_line_start_errors():
        config = settings()
    scorer = MentionScorer(model or config.default_model, config)
    source = _source(origin, config, consumer, claim_after, rejected)
    sink = _sink(target, config, scorer.model)
    mention_metrics.create_children(config.sources)
    metrics.create_children()
    _serve_metrics(*address)
    with source, sink:
        worker = StreamWorker(source, sink, scorer, frozenset(config.sources), batch)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        logging.info(
            "%s %s scores mentions from %s to %s",
            *(scorer.model.name, scorer.model.version, origin, target),
        )
        worker.run()


def _source(
    origin: str, config: Settings, consumer: str, claim_after: float, rejected: Path
) -> Source:
    if origin == _PIPE:
        return PipeSource(sys.stdin.fileno(), rejected)
    client = connect(config.broker_url.get_secret_value())
    age = timedelta(days=config.retention_days)
    return RedisSource(client, origin.removeprefix(_STREAM), consumer, claim_after, age)


def _sink(target: str, config: Settings, model: StoredModel) -> Sink:
    if target == "table":
        secret = config.secret_key.get_secret_value() or load_or_create_secret(config.data_dir)
        with one_line_start_errors():
            migrate(config.database_url)
        store = MentionStore(config.database_url)
        start_retention(store, timedelta(days=config.retention_days))
        return TableSink(store, PredictionTokens(secret, 0), model)
    if target.startswith(_STREAM):
        client = connect(config.broker_url.get_secret_value())
        return TopicSink(client, target.removeprefix(_STREAM), model)
    if target == _PIPE:
        return LinesSink(sys.stdout, model)
    return FileSink(Path(target), model)


def _serve_metrics(host: str, port: int) -> None:
    try:
        start_http_server(port, host)
    except OSError as error:
        raise click.ClickException(
            f"{host}:{port} of --metrics cannot be opened: {error.strerror}"
        ) from error


def main() -> None:
    """Run the command. An error that the user can correct is one line and exit code 2."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        stream()
    except (StreamError, ModelFolderError, BentoMLException, OSError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        main()
