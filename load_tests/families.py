"""``python -m load_tests.families``: throughput and latency of each family, and their bounds."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from load_tests.family_results import (
    BATCH,
    BATCH_ROUTE,
    NO_OP,
    SINGLE_ROUTE,
    FamilyResults,
    Target,
    loads_table,
    server_line,
    tweet_rates,
)
from load_tests.scorer_throughput import ScorerThroughput, scorer_throughputs
from load_tests.server_timing import median_stage_times, stages_table
from load_tests.servers.compared_server import ComparedServer, no_op, this_service
from load_tests.servers.running_server import run_server
from load_tests.tables import scorer_table
from load_tests.traffic.burst import latency_after_burst_ms
from load_tests.traffic.closed_loop import post
from load_tests.traffic.tweets import tweets
from models.artifacts.store import find_champion
from models.cores import usable_cores
from models.registry import FAMILIES
from training.markdown import replace_between

_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.families -->"
    for part in ("families", "end of families")
)
_CONNECTIONS = (1, 32, 128)
_WARM_UP_S = 2
_DEFAULT = "distilbert"
_CACHED = f"{_DEFAULT}, cached scores"
# Few texts, so that each worker soon caches all of them with any distribution of connections.
_CACHED_TEXTS, _CACHE_WARM_UP_S = 100, 10


def families(
    rounds: Annotated[int, typer.Option(help="rounds; each round loads every family once")] = 3,
    seconds: Annotated[int, typer.Option(help="duration of each load")] = 8,
    document: Annotated[
        Path | None,
        typer.Option(help="document that gets the tables; the rates go to its name with .json"),
    ] = None,
) -> None:
    """Load each family in turn, and compare its rates with those of the scorer and of HTTP."""
    texts, cores = tweets(), usable_cores()
    cached = this_service(_DEFAULT, SENTIMENT_CACHE_TEXTS="100000")
    results = FamilyResults()
    for round_ in range(rounds):
        typer.echo(f"round {round_ + 1}", err=True)
        _load_families(texts, seconds, cores, 997 * round_, results)
        _load_server(NO_OP, no_op(cores), texts, _WARM_UP_S, seconds, results)
        _load_server(_CACHED, cached, texts[:_CACHED_TEXTS], _CACHE_WARM_UP_S, seconds, results)
        for name in FAMILIES:
            results.throughputs[name].append(_scorer_throughputs(name, texts, seconds))
    report = "\n\n".join(
        [
            loads_table(results),
            server_line(results, _DEFAULT, cores),
            f"Median latency by stage, one request at a time:\n\n{stages_table(results.stages)}",
            *(
                f"Throughput of the scorer of {name} without HTTP, last round:\n\n"
                f"{scorer_table(rounds_[-1])}"
                for name, rounds_ in results.throughputs.items()
            ),
        ]
    )
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)
        rates = {"cores": cores, "families": tweet_rates(results, list(FAMILIES), cores)}
        document.with_suffix(".json").write_text(f"{json.dumps(rates, indent=2)}\n")


def _load_families(
    texts: Sequence[str], seconds: int, cores: int, first: int, results: FamilyResults
) -> None:
    batches = [texts[start : start + BATCH] for start in range(0, len(texts) - BATCH, BATCH)]
    with run_server(this_service(",".join(FAMILIES)), {"text": "good"}) as server:
        for family in FAMILIES:
            single = server.write_bodies(
                family, [{"text": text, "model": family} for text in texts]
            )
            many = server.write_bodies(
                f"{family}-{BATCH}", [{"texts": batch, "model": family} for batch in batches]
            )
            post(server.url, single, 32, _WARM_UP_S)
            for number in _CONNECTIONS:
                load = post(server.url, single, number, seconds, first)
                results.loads[Target(family, SINGLE_ROUTE, number)].append(load)
            # Two connections per core, so that no core waits for the client. Four times as long,
            # since wrk does not count the requests in progress at the end.
            load = post(f"{server.address}/predict_batch", many, 2 * cores, 4 * seconds, first)
            results.loads[Target(family, BATCH_ROUTE, 2 * cores)].append(load)
            results.stages[family].append(median_stage_times(server.url, family, texts))
        results.after_bursts_ms.append(latency_after_burst_ms(server.url, _DEFAULT, texts))
    results.first_answers_s.append(server.first_answer_s)
    results.peaks_mib.append(server.tree.peak_mib)


def _load_server(
    name: str,
    compared: ComparedServer,
    texts: Sequence[str],
    warm_up_s: int,
    seconds: int,
    results: FamilyResults,
) -> None:
    requests = [{"text": text} for text in texts]
    with run_server(compared, requests[0]) as server:
        bodies = server.write_bodies("bodies", requests)
        post(server.url, bodies, 32, warm_up_s)
        for number in _CONNECTIONS:
            load = post(server.url, bodies, number, seconds)
            results.loads[Target(name, SINGLE_ROUTE, number)].append(load)


def _scorer_throughputs(family: str, texts: Sequence[str], seconds: int) -> list[ScorerThroughput]:
    champion = find_champion(family)
    if champion is None:
        raise SystemExit(f"the model store holds no {family}: make train makes one")
    return scorer_throughputs(champion.folder, texts, seconds / 2, (1, 8, BATCH))


if __name__ == "__main__":
    typer.run(families)
