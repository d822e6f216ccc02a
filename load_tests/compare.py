"""``python -m load_tests.compare``: this service, other servers and the ceilings, in one run."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from load_tests.ceiling import ceilings
from load_tests.environments import installed_versions
from load_tests.measurement import Measurement
from load_tests.peer_model import write_peer_model
from load_tests.process_tree import ServerDiedError
from load_tests.servers import PEERS, ComparedServer, no_op, this_service
from load_tests.tables import ceilings_table, servers_table
from load_tests.tweets import tweets
from models.artifacts.store import find_champion
from training.reports.documents import replace_between

_MODEL = "distilbert"
_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.compare -->"
    for part in ("comparison", "end of comparison")
)


def compare(
    rounds: Annotated[int, typer.Option(help="rounds, each with every server once")] = 3,
    seconds: Annotated[int, typer.Option(help="of load at each number of connections")] = 10,
    connections: Annotated[str, typer.Option(help="requests at a time")] = "1,32,128",
    peers: Annotated[
        str, typer.Option(help="other servers, separated by commas: all, none, or their names")
    ] = "all",
    quick: Annotated[
        bool, typer.Option("--quick", help="one short round without other servers")
    ] = False,
    document: Annotated[Path | None, typer.Option(help="document that gets the tables")] = None,
) -> None:
    """Load this service, other servers and the ceilings in turn, and print how they compare.

    All have the same weights, those of the champion, and are sent the same tweets, one a request.
    """
    if quick:
        rounds, seconds, peers = 1, 2, "none"
    numbers = [int(number) for number in connections.split(",")]
    champion = find_champion(_MODEL)
    if champion is None:
        raise SystemExit(f"the model store holds no {_MODEL}: make train makes one")
    texts = tweets()
    chosen = _chosen_peers(peers)
    service, cores = Measurement(this_service(_MODEL)), len(os.sched_getaffinity(0))
    measurements = [service, *map(Measurement, chosen), Measurement(no_op(cores))]
    for measurement in measurements:
        measurement.server.programs()
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        model = write_peer_model(champion, Path(folder) / "model")
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
        found = ceilings(champion.folder, texts, seconds, (1, 8, 32))
    report = "\n\n".join(
        [
            servers_table(measurements, numbers, service),
            f"The scorer without HTTP, {champion.manifest.checkpoint}:",
            ceilings_table(found),
            _versions([measurement.server for measurement in measurements]),
        ]
    )
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)
    if any(map(service.not_answered, numbers)):
        raise SystemExit("this service did not answer every request")


def _versions(servers: Sequence[ComparedServer]) -> str:
    versions = {
        f"{name} {version}"
        for server in servers
        for name, version in installed_versions(server.programs(), server.requirements).items()
    }
    return f"Versions: {', '.join(sorted(versions))}."


def _chosen_peers(peers: str) -> list[ComparedServer]:
    if peers in ("all", "none"):
        return list(PEERS) if peers == "all" else []
    by_name = {peer.name: peer for peer in PEERS}
    names = [name.strip() for name in peers.split(",")]
    if unknown := set(names) - by_name.keys():
        raise SystemExit(f"no server is called {unknown}: choose among {', '.join(by_name)}")
    return [by_name[name] for name in names]


if __name__ == "__main__":
    typer.run(compare)
