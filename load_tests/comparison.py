"""``python -m load_tests.comparison``: this service beside other servers with the same weights."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from load_tests.measurement import Measurement
from load_tests.scorer_throughput import scorer_throughputs
from load_tests.servers.compared_server import PEERS, ComparedServer, no_op, this_service
from load_tests.servers.process_tree import ServerDiedError
from load_tests.servers.transformers_model import write_transformers_model
from load_tests.servers.virtual_environments import installed_versions
from load_tests.tables import scorer_table, servers_table
from load_tests.traffic.tweets import tweets
from models.artifacts.store import find_champion
from models.cores import usable_cores
from training.markdown import replace_between

_MODEL = "distilbert"
_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.comparison -->"
    for part in ("comparison", "end of comparison")
)


def compare(
    rounds: Annotated[int, typer.Option(help="rounds; each round loads every server once")] = 3,
    seconds: Annotated[int, typer.Option(help="duration of each load")] = 10,
    connections: Annotated[str, typer.Option(help="numbers of connections")] = "1,32,128",
    peers: Annotated[
        str, typer.Option(help="other servers, separated by commas: all, none, or their names")
    ] = "all",
    quick: Annotated[
        bool, typer.Option("--quick", help="one short round without other servers")
    ] = False,
    document: Annotated[Path | None, typer.Option(help="document that gets the tables")] = None,
) -> None:
    """Load this service and other servers in turn, and print their throughput and latency.

    All servers have the weights of the champion and receive the same tweets, one per request.
    """
    if quick:
        rounds, seconds, peers = 1, 2, "none"
    numbers = [int(number) for number in connections.split(",")]
    champion = find_champion(_MODEL)
    if champion is None:
        raise SystemExit(f"the model store holds no {_MODEL}: make train makes one")
    texts = tweets()
    chosen = chosen_peers(peers)
    service, cores = Measurement(this_service(_MODEL)), usable_cores()
    measurements = [service, *map(Measurement, chosen), Measurement(no_op(cores))]
    for measurement in measurements:
        measurement.server.programs()
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        model = write_transformers_model(champion, Path(folder) / "model")
        for round_ in range(rounds):
            for measurement in list(measurements):
                typer.echo(f"round {round_ + 1}: {measurement.server.name}", err=True)
                try:
                    measurement.add_round(model, texts, numbers, seconds, first=997 * round_)
                except ServerDiedError as error:
                    if measurement is service:
                        raise SystemExit(str(error)) from error
                    typer.echo(f"{measurement.server.name} is left out: {error}", err=True)
                    measurements.remove(measurement)
        throughputs = scorer_throughputs(champion.folder, texts, seconds, (1, 8, 32))
    report = "\n\n".join(
        [
            servers_table(measurements, numbers, service),
            f"Throughput of the scorer without HTTP, {champion.manifest.checkpoint}:",
            scorer_table(throughputs),
            _versions([measurement.server for measurement in measurements]),
        ]
    )
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)
    if any(map(service.not_answered, numbers)):
        raise SystemExit("some requests to this service failed")


def _versions(servers: Sequence[ComparedServer]) -> str:
    versions = {
        f"{name} {version}"
        for server in servers
        for name, version in installed_versions(server.programs(), server.requirements).items()
    }
    return f"Versions: {', '.join(sorted(versions))}."


def chosen_peers(peers: str) -> list[ComparedServer]:
    """Other servers by their names, separated by commas, or ``all`` or ``none``."""
    if peers in ("all", "none"):
        return list(PEERS) if peers == "all" else []
    by_name = {peer.name: peer for peer in PEERS}
    names = [name.strip() for name in peers.split(",")]
    if unknown := set(names) - by_name.keys():
        raise SystemExit(
            f"unknown servers: {', '.join(sorted(unknown))}; known servers: {', '.join(by_name)}"
        )
    return [by_name[name] for name in names]


if __name__ == "__main__":
    typer.run(compare)
