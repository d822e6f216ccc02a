"""``python -m load_tests.shadow``: latency of answers beside a challenger in the shadow."""

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import httpx
import numpy as np
import typer
from numpy.typing import NDArray
from prometheus_client.parser import text_string_to_metric_families

from load_tests.feedback_latency import feedback_latencies_ms
from load_tests.servers.compared_server import ComparedServer, this_service
from load_tests.servers.running_server import RunningServer, run_server
from load_tests.shadow_results import latency_table
from load_tests.traffic.alternating import alternate
from load_tests.traffic.tweets import tweets
from models.artifacts.store import find_model
from serving.parent_process.home_lock import bentoml_home
from training.markdown import replace_between

_WARM_UP_S = 3
_FIRST = {"text": "good"}


def shadow(
    family: Annotated[str, typer.Option(help="family with a challenger in the store")] = "baseline",
    rounds: Annotated[int, typer.Option(help="rounds of all loads")] = 5,
    seconds: Annotated[int, typer.Option(help="duration of each load")] = 10,
    clients: Annotated[str, typer.Option(help="numbers of clients")] = "1,4",
    document: Annotated[Path | None, typer.Option(help="document that gets the table")] = None,
) -> None:
    """Send each request to a server without and to a server with a challenger in the shadow.

    The two servers alternate from request to request, so that the load of the machine is the same
    for both. Verdicts are given to one server after the other, while a client predicts.
    """
    numbers = [int(number) for number in clients.split(",")]
    if find_model(family, "challenger") is None:
        raise SystemExit(
            f"the model store holds no challenger of {family}: python -m training promote "
            f"{family} --alias challenger makes one"
        )
    texts = tweets()
    with tempfile.TemporaryDirectory(prefix="shadow-") as folder, ExitStack() as stack:
        servers = [
            stack.enter_context(run_server(_server(family, name, Path(folder)), _FIRST))
            for name in ("without", "with")
        ]
        addresses = (servers[0].address, servers[1].address)
        alternate(addresses, texts, max(numbers), _WARM_UP_S)
        pairs: dict[int, list[NDArray[np.float64]]] = {number: [] for number in numbers}
        verdicts: tuple[list[float], list[float]] = ([], [])
        for round_ in range(rounds):
            typer.echo(f"round {round_ + 1}", err=True)
            for number in numbers:
                pairs[number].append(alternate(addresses, texts, number, seconds))
            for server, latencies in zip(servers, verdicts, strict=True):
                latencies += _verdicts_ms(server, texts, seconds)
        scored, dropped = _shadow_counts(servers[1])
    by_clients = {number: np.concatenate(each) for number, each in pairs.items()}
    report = (
        f"{family}: the challenger scored {scored:.0f} texts and dropped {dropped:.0f}.\n\n"
        f"{latency_table(by_clients, verdicts)}"
    )
    typer.echo(report)
    if document is not None:
        begin = f"<!-- shadow of {family}: written by python -m load_tests.shadow -->"
        end = f"<!-- end of the shadow of {family} -->"
        replace_between(document, begin, end, report)


def _server(family: str, name: str, folder: Path) -> ComparedServer:
    """The service, in a BentoML home of its own: two servers need two homes."""
    home = folder / name
    home.mkdir()
    (home / "models").symlink_to(bentoml_home().resolve() / "models")
    settings = {"BENTOML_HOME": str(home), "SENTIMENT_FEEDBACK_PER_CLIENT": "1000000"}
    if name == "with":
        settings["SENTIMENT_SHADOW"] = f"{family}:challenger"
    return this_service(family, name, **settings)


def _verdicts_ms(server: RunningServer, texts: Sequence[str], seconds: int) -> list[float]:
    """Latencies of verdicts while a client predicts."""
    with ThreadPoolExecutor(1) as pool:
        load = pool.submit(alternate, (server.address, server.address), texts, 1, seconds)
        latencies = feedback_latencies_ms(server.address, texts, seconds)
        load.result()
    return latencies


def _shadow_counts(server: RunningServer) -> tuple[float, float]:
    """The predictions that the challenger scored, and those that were dropped."""
    counts = {"sentiment_shadow_predictions_total": 0.0, "sentiment_shadow_dropped_total": 0.0}
    metrics = httpx.get(f"{server.address}/metrics", timeout=30).text
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            if sample.name in counts:
                counts[sample.name] += sample.value
    scored, dropped = counts.values()
    return scored, dropped


if __name__ == "__main__":
    typer.run(shadow)
