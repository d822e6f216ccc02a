"""``python -m training bootstrap``: a champion of every family from the embedded data set."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from models.registry import FAMILIES
from training.commands.champions import stored_champions
from training.commands.options.arguments import Seed, known_family
from training.commands.output.terminal import console

if TYPE_CHECKING:
    from training.bootstrap import Promoted


def bootstrap(
    families: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FAMILY]...", help=f"{', '.join(FAMILIES)}; default: all."),
    ] = None,
    page: Annotated[
        str, typer.Option(metavar="URL", help="The address of the page, for the summary.")
    ] = "http://127.0.0.1:3000/ui",
    seed: Seed = 7,
) -> None:
    """Train and promote each champion that the model store lacks, on the embedded data set."""
    for name in families or ():
        known_family(name)
    stored = stored_champions()
    missing = [name for name in families or FAMILIES if name not in stored]
    if not missing:
        console.print(f"the model store has a champion of {', '.join(families or FAMILIES)}")
        return
    console.print(f"training on the embedded data set: {', '.join(missing)}")
    from training.bootstrap import train_and_promote

    promoted = []
    for champion in train_and_promote(missing, seed):
        promoted.append(champion)
        console.print(str(champion))
    _print_summary(promoted, page)


def _print_summary(promoted: "Sequence[Promoted]", page: str) -> None:
    from training.commands.output.tables import champions_table

    console.print(champions_table(promoted))
    console.print(f"The page:      {page}, once make serve or make page serves it", highlight=False)
    console.print("Your own data: python -m training train --help, docs/training.md")
    console.print("The runs:      make ui")
