"""``python -m load_tests.bulk``: bulk scoring, beside its ceiling and beside ``/predict_batch``."""

import json
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from load_tests.bulk.rows import distinct_texts, read_texts, repeated_texts, write_rows
from load_tests.bulk.runs import CommandRun, run_command, steady_rate, write_batches
from load_tests.scorer_throughput import scorer_throughputs
from load_tests.servers.compared_server import this_service
from load_tests.servers.running_server import run_server
from load_tests.tables import table
from load_tests.traffic.closed_loop import post
from models.artifacts.store import StoredModel, find_champion
from models.cores import usable_cores
from training.markdown import replace_between

_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.bulk -->" for part in ("bulk", "end of bulk")
)
_REQUEST_TEXTS = 256
_WARM_UP_S = 2
# Texts of a call of the scorer without HTTP. Larger calls prolong the warm-up and not the rate.
_CEILING_TEXTS = 128
_AIMS_S = {"baseline": 60, "lstm": 150}
# Small parts, so that a short run has many of them after the first.
_PART_ROWS = 1024


@dataclass
class Compared:
    """Rates of each round, in texts or rows per second."""

    bulk: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)


def bulk(
    data: Annotated[list[str], typer.Option(help="files of tweets, from which rows are made")],
    rows: Annotated[int, typer.Option(help="rows of the runs of the baseline and the LSTM")] = (
        1_000_000
    ),
    many_rows: Annotated[int, typer.Option(help="rows of the long run for memory")] = 5_000_000,
    few_rows: Annotated[int, typer.Option(help="rows of the short run for memory")] = 100_000,
    transformer_rows: Annotated[int, typer.Option(help="rows of each transformer run")] = 12_288,
    seconds: Annotated[int, typer.Option(help="duration of each load and each ceiling")] = 12,
    rounds: Annotated[int, typer.Option(help="rounds of the comparisons")] = 3,
    document: Annotated[Path | None, typer.Option(help="document that gets the tables")] = None,
) -> None:
    """Measure the aims of bulk scoring on this machine, and write the tables.

    A JSON file beside the document gets the rates, for ``load_tests.scaling``.
    """
    texts = read_texts(data)
    typer.echo(f"{len(texts):,} texts, {len(set(texts)):,} of them distinct", err=True)
    with tempfile.TemporaryDirectory(prefix="bulk-rows-") as name:
        folder = Path(name)
        runs = _command_runs(folder, texts, rows)
        memory = _memory_runs(folder, texts, few_rows, many_rows)
        ceiling = _against_ceiling(folder, texts, transformer_rows, seconds, rounds)
        server = _against_server(folder, texts, seconds, rounds)
    report = "\n\n".join(
        [
            f"{usable_cores()} cores. The whole command, with its start:\n\n{runs_table(runs)}",
            "Memory of the baseline's run, as the sum of the PSS of all processes:",
            memory_table(memory),
            f"Rates after the first part, medians of {rounds} rounds that alternate:",
            comparison_table(ceiling, server),
        ]
    )
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)
        rates = {
            **{family: run.rows / run.seconds for family, kind, run in runs if kind == "distinct"},
            "distilbert": statistics.median(ceiling.bulk),
        }
        measured = json.dumps({"cores": usable_cores(), "distinct_rows_per_s": rates}, indent=2)
        document.with_suffix(".json").write_text(f"{measured}\n", encoding="utf-8")


def runs_table(runs: Sequence[tuple[str, str, CommandRun]]) -> str:
    """A row for each family and kind of rows."""
    return table(
        ("model", "rows", "distinct texts", "seconds", "rows/s", "aim, s", "peak MiB"),
        [
            (
                family,
                f"{run.rows:,} {kind}",
                f"{run.distinct:,}",
                f"{run.seconds:.1f}",
                f"{run.rows / run.seconds:,.0f}",
                f"{_AIMS_S[family]}",
                f"{run.peak_mib:,.0f}",
            )
            for family, kind, run in runs
        ],
    )


def memory_table(runs: Sequence[CommandRun]) -> str:
    """A row for each number of rows."""
    return table(
        ("rows", "distinct texts", "seconds", "peak MiB"),
        [
            (f"{run.rows:,}", f"{run.distinct:,}", f"{run.seconds:.1f}", f"{run.peak_mib:,.0f}")
            for run in runs
        ],
    )


def comparison_table(ceiling: Compared, server: dict[str, Compared]) -> str:
    """The transformer over its ceiling, and the baseline over ``/predict_batch``."""
    compared = {
        "distilbert, against two scorers without HTTP": ceiling,
        **{
            f"baseline, {kind}, against /predict_batch": of_kind for kind, of_kind in server.items()
        },
    }
    rows = []
    for name, rates in compared.items():
        own, other = statistics.median(rates.bulk), statistics.median(rates.other)
        rows.append((name, f"{own:,.0f}", f"{other:,.0f}", f"{own / other:.2f}"))
    return table(("comparison", "bulk, rows/s", "other, texts/s", "ratio"), rows)


def _command_runs(
    folder: Path, texts: Sequence[str], rows: int
) -> list[tuple[str, str, CommandRun]]:
    repeated, distinct = folder / "repeated.csv", folder / "distinct.csv"
    write_rows(repeated, repeated_texts(texts, rows))
    write_rows(distinct, distinct_texts(texts, rows))
    runs = []
    for family in _AIMS_S:
        for kind, source in (("repeated", repeated), ("distinct", distinct)):
            typer.echo(f"{family}, {rows:,} {kind} rows", err=True)
            runs.append((family, kind, run_command(family, source, rows)))
    return runs


def _memory_runs(
    folder: Path, texts: Sequence[str], few_rows: int, many_rows: int
) -> list[CommandRun]:
    runs = []
    for rows in (few_rows, many_rows):
        typer.echo(f"memory, {rows:,} rows", err=True)
        source = folder / "memory.csv"
        # A fifth of the rows is distinct: 5,000,000 rows fill the map of known texts.
        fifth = list(distinct_texts(texts, rows // 5))
        write_rows(source, repeated_texts(fifth, rows))
        runs.append(run_command("baseline", source, rows))
    return runs


def _against_ceiling(
    folder: Path, texts: Sequence[str], rows: int, seconds: int, rounds: int
) -> Compared:
    """The transformer's bulk scoring, and the faster split of the cores without HTTP."""
    source, model = folder / "transformer.csv", _champion("distilbert")
    chosen = list(distinct_texts(texts, rows))
    write_rows(source, iter(chosen))
    compared = Compared()
    for round_ in range(rounds):
        typer.echo(f"distilbert against its ceiling, round {round_ + 1}", err=True)
        compared.bulk.append(steady_rate(model, source, _PART_ROWS))
        found = scorer_throughputs(model.folder, chosen, seconds, (_CEILING_TEXTS,))
        compared.other.append(max(each.rate for each in found))
    return compared


def _against_server(
    folder: Path, texts: Sequence[str], seconds: int, rounds: int
) -> dict[str, Compared]:
    """The baseline's bulk scoring, and requests of 256 texts to the service without a cache."""
    model = _champion("baseline")
    distinct = list(distinct_texts(texts, len(texts)))
    sources = {kind: folder / f"{kind}-server.csv" for kind in ("distinct", "repeated")}
    write_rows(sources["distinct"], iter(distinct))
    write_rows(sources["repeated"], repeated_texts(texts, 4 * len(texts)))
    compared = {kind: Compared() for kind in sources}
    with run_server(this_service("baseline"), {"text": "good"}) as server:
        bodies = write_batches(folder / "bodies", distinct, "baseline", _REQUEST_TEXTS)
        url, connections = f"{server.address}/predict_batch", 2 * usable_cores()
        post(url, bodies, connections, _WARM_UP_S)
        for round_ in range(rounds):
            typer.echo(f"baseline against /predict_batch, round {round_ + 1}", err=True)
            load = post(url, bodies, connections, seconds)
            for kind, source in sources.items():
                compared[kind].bulk.append(steady_rate(model, source, _PART_ROWS))
                compared[kind].other.append(load.rate * _REQUEST_TEXTS)
    return compared


def _champion(family: str) -> StoredModel:
    champion = find_champion(family)
    if champion is None:
        raise SystemExit(f"the model store holds no {family}: make train makes one")
    return champion


if __name__ == "__main__":
    typer.run(bulk)
