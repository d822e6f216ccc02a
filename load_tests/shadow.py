"""``python -m load_tests.shadow``: latency of answers beside a challenger in the shadow."""

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import httpx
import typer
from prometheus_client.parser import text_string_to_metric_families

from load_tests.feedback_latency import feedback_latencies_ms
from load_tests.servers.compared_server import ComparedServer, this_service
from load_tests.servers.running_server import RunningServer, run_server
from load_tests.shadow_results import SERVERS, ShadowResults, results_table
from load_tests.traffic.closed_loop import PAUSE_S, post
from load_tests.traffic.tweets import tweets
from models.artifacts.store import find_model
from serving.parent_process.home_lock import bentoml_home
from training.markdown import replace_between

_WARM_UP_S = 3
_FIRST = {"text": "good"}


def shadow(
    family: Annotated[str, typer.Option(help="family with a challenger in the store")] = "baseline",
    rounds: Annotated[int, typer.Option(help="rounds; each round loads both servers")] = 15,
    seconds: Annotated[int, typer.Option(help="duration of each load")] = 6,
    connections: Annotated[str, typer.Option(help="numbers of connections")] = "1,8",
    document: Annotated[Path | None, typer.Option(help="document that gets the table")] = None,
) -> None:
    """Load a server without and a server with a challenger in the shadow in turn.

    Both servers run all the time. One of them is loaded, and the other one is idle. In each round
    both get the same tweets. Verdicts are given beside one connection that predicts.
    """
    numbers = [int(number) for number in connections.split(",")]
    if find_model(family, "challenger") is None:
        raise SystemExit(
            f"the model store holds no challenger of {family}: python -m training promote "
            f"{family} --alias challenger makes one"
        )
    texts, results = tweets(), ShadowResults()
    with tempfile.TemporaryDirectory(prefix="shadow-") as folder, ExitStack() as stack:
        running = {
            name: stack.enter_context(run_server(_server(family, name, Path(folder)), _FIRST))
            for name in SERVERS
        }
        bodies = {
            name: server.write_bodies("bodies", [{"text": text} for text in texts])
            for name, server in running.items()
        }
        for name, server in running.items():
            post(server.url, bodies[name], max(numbers), _WARM_UP_S)
        for round_ in range(rounds):
            typer.echo(f"round {round_ + 1}", err=True)
            order = SERVERS if round_ % 2 == 0 else SERVERS[::-1]
            for number in numbers:
                for name in order:
                    load = post(running[name].url, bodies[name], number, seconds, 997 * round_)
                    results.loads[name, number].append(load)
            for name in order:
                results.verdicts_ms[name].append(
                    _verdicts_ms(running[name], bodies[name], texts, seconds)
                )
        scored, dropped = _shadow_counts(running["with"])
    report = (
        f"{family}, {rounds} rounds of {seconds} s. The challenger scored {scored:.0f} texts and "
        f"dropped {dropped:.0f}.\n\n{results_table(results, numbers)}"
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


def _verdicts_ms(
    server: RunningServer, bodies: Path, texts: Sequence[str], seconds: int
) -> list[float]:
    """Latencies of verdicts while one connection predicts."""
    with ThreadPoolExecutor(1) as pool:
        load = pool.submit(post, server.url, bodies, 1, seconds)
        latencies = feedback_latencies_ms(server.address, texts, PAUSE_S + seconds)
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
