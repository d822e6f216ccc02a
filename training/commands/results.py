"""``python -m training results``: the champions' results in a document."""

from pathlib import Path
from typing import Annotated

import typer

from training.commands.champions import require_champions


def results(
    document: Annotated[Path, typer.Argument(help="The Markdown file with the marking lines.")],
) -> None:
    """Write the champions' results into the table of a document."""
    from training.reports.results import replace_results, results_table
    from training.tracking.mlflow_runs import connect

    client = connect()
    champions = require_champions().values()
    table = results_table([client.get_run(champion.run_id) for champion in champions])
    replace_results(document, table)
