"""``python -m training report``: the documents of results and the cards."""

from pathlib import Path
from typing import Annotated

import typer

from training.commands.output.terminal import console
from training.errors import TrainingError


def report(
    runs: Annotated[
        list[str] | None,
        typer.Argument(help="Runs of the tracking store to add to the report; ids or beginnings."),
    ] = None,
    folder: Annotated[
        Path, typer.Option(help="Folder of the documents; its results/runs.csv keeps the runs.")
    ] = Path("docs"),
) -> None:
    """Write results.md, model_card.md and data_card.md, and keep the runs that they report."""
    from training.reports.report import write_report
    from training.reports.reported_runs import merge, read_runs, reported_as, write_runs
    from training.tracking.mlflow_runs import connect
    from training.tracking.run_search import run_by_prefix

    client = connect()
    named = [run_by_prefix(client, prefix) for prefix in runs or []]
    new = [reported for run in named for reported in reported_as(client, run)]
    reported = merge(read_runs(folder / "results"), new)
    if not reported:
        raise TrainingError("no run was reported before: name some, see python -m training runs")
    documents = write_report(folder, reported)
    write_runs(folder / "results", reported)
    for path in documents:
        console.print(f"wrote {path}")
