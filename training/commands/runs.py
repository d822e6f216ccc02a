"""``python -m training runs``: the finished runs, compared."""

from typing import Annotated

import typer

from training.commands.champions import stored_champions
from training.commands.options.arguments import known_family
from training.commands.output.terminal import console


def runs(family: Annotated[str | None, typer.Argument(help="Only this family.")] = None) -> None:
    """Print the comparison table of all finished runs."""
    from training.commands.output.tables import runs_table
    from training.tracking.mlflow_runs import connect
    from training.tracking.run_search import finished_runs

    finished = finished_runs(connect(), known_family(family) if family else None)
    champions = {name: champion.run_id for name, champion in stored_champions().items()}
    console.print(runs_table(finished, champions))
