"""``python -m training rollback``: the former champion of a family answers again."""

from typing import Annotated

import typer

from training.commands.options.arguments import FamilyName, known_family
from training.commands.output.terminal import console


def rollback(
    family: FamilyName,
    reason: Annotated[str, typer.Option(help="Why; the registry keeps the reason.")] = "",
) -> None:
    """Make the former champion the champion again, in MLflow's registry and the model store.

    A second rollback goes back one champion more. The rolled back run is promoted again only by
    name.
    """
    from training.promotion.rollback import roll_back

    done = roll_back(known_family(family), reason)
    champion = done.champion
    console.print(
        f"{family}: run {champion.run_id[:8]} ({champion.manifest.checkpoint}) is the champion "
        f"again in place of run {done.replaced_run_id[:8]}, version {champion.version} in the "
        f"store, {done.registered_version} in the registry. Its files came from {done.source}",
        soft_wrap=True,
    )
