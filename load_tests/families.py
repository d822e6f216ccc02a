"""``python -m load_tests.families``: each family of this service, and what limits it."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from load_tests.burst import after_a_burst
from load_tests.ceiling import Ceiling, ceilings
from load_tests.findings import BATCH, IN_BATCHES, NO_OP, Found, loads_table, rates, server_line
from load_tests.load import post
from load_tests.running import running
from load_tests.servers import ComparedServer, no_op, this_service
from load_tests.stages import stages, stages_table
from load_tests.tables import ceilings_table
from load_tests.tweets import tweets
from models.artifacts.store import find_champion
from models.registry import FAMILIES
from training.reports.documents import replace_between

_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.families -->"
    for part in ("families", "end of families")
)
_CONNECTIONS = (1, 32, 128)
_WARM_UP_S = 2
_DEFAULT = "distilbert"
_CACHED = f"{_DEFAULT}, all in the cache"
# So few that nearly always every worker knows them all by then, though most connections be on one.
_KNOWN, _KNOWN_AFTER_S = 100, 10


def families(
    rounds: Annotated[int, typer.Option(help="rounds, each with every family once")] = 3,
    seconds: Annotated[int, typer.Option(help="of each load")] = 8,
    document: Annotated[
        Path | None,
        typer.Option(help="document that gets the tables; a JSON file of its name, the rates"),
    ] = None,
) -> None:
    """Load all families of one server in turn; set their rates beside what limits them."""
    texts, cores = tweets(), len(os.sched_getaffinity(0))
    cached = this_service(_DEFAULT, SENTIMENT_CACHE_TEXTS="100000")
    found = Found()
    for round_ in range(rounds):
        typer.echo(f"round {round_ + 1}", err=True)
        _load_families(texts, seconds, cores, 997 * round_, found)
        _load_one(NO_OP, no_op(cores), texts, _WARM_UP_S, seconds, found)
        _load_one(_CACHED, cached, texts[:_KNOWN], _KNOWN_AFTER_S, seconds, found)
        for name in FAMILIES:
            found.ceilings[name].append(_limits(name, texts, seconds))
    report = "\n\n".join(
        [
            loads_table(found),
            server_line(found, _DEFAULT, cores),
            f"Where the time of one request goes, one at a time:\n\n{stages_table(found.stages)}",
            *(
                f"The scorer of {name} without HTTP, in the last round:\n\n"
                f"{ceilings_table(limits[-1])}"
                for name, limits in found.ceilings.items()
            ),
        ]
    )
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)
        summary = {"cores": cores, "families": rates(found, list(FAMILIES), cores)}
        document.with_suffix(".json").write_text(f"{json.dumps(summary, indent=2)}\n")


def _load_families(
    texts: Sequence[str], seconds: int, cores: int, first: int, found: Found
) -> None:
    batches = [texts[start : start + BATCH] for start in range(0, len(texts) - BATCH, BATCH)]
    with running(this_service(",".join(FAMILIES)), {"text": "good"}) as server:
        for family in FAMILIES:
            single = server.bodies(family, [{"text": text, "model": family} for text in texts])
            many = server.bodies(
                f"{family}-{BATCH}", [{"texts": batch, "model": family} for batch in batches]
            )
            post(server.url, single, 32, _WARM_UP_S)
            for number in _CONNECTIONS:
                load = post(server.url, single, number, seconds, first)
                found.loads[family, "/predict", number].append(load)
            # Two for each core: none waits for the client. Such a request can take a second, and
            # what is under way at the end is lost to the count.
            load = post(f"{server.address}/predict_batch", many, 2 * cores, 4 * seconds, first)
            found.loads[family, IN_BATCHES, 2 * cores].append(load)
            found.stages[family].append(stages(server.url, family, texts))
        found.after_bursts_ms.append(after_a_burst(server.url, _DEFAULT, texts))
    found.first_answers_s.append(server.first_answer_s)
    found.peaks_mib.append(server.tree.peak_mib)


def _load_one(
    name: str,
    compared: ComparedServer,
    texts: Sequence[str],
    warm_up_s: int,
    seconds: int,
    found: Found,
) -> None:
    requests = [{"text": text} for text in texts]
    with running(compared, requests[0]) as server:
        bodies = server.bodies("bodies", requests)
        post(server.url, bodies, 32, warm_up_s)
        for number in _CONNECTIONS:
            found.loads[name, "/predict", number].append(post(server.url, bodies, number, seconds))


def _limits(family: str, texts: Sequence[str], seconds: int) -> list[Ceiling]:
    champion = find_champion(family)
    if champion is None:
        raise SystemExit(f"the model store holds no {family}: make train makes one")
    return ceilings(champion.folder, texts, seconds / 2, (1, 8, BATCH))


if __name__ == "__main__":
    typer.run(families)
