"""``python -m training sign``: champions get a signature of the present key."""

from typing import Annotated

import typer

from training.commands.arguments import known_family
from training.commands.champions import champion_of, require_champions
from training.commands.terminal import console


def sign(
    families: Annotated[
        list[str] | None, typer.Argument(metavar="[FAMILY]…", help="The families; default: all.")
    ] = None,
) -> None:
    """Sign champions that were promoted before champions had signatures, or with another key.

    The service trusts what this command signs. Sign only files that nobody else could change.
    """
    from models.artifacts.signature import sign_model
    from training.promotion.signing_key import require_signing_key

    champions = (
        [champion_of(known_family(family)) for family in families]
        if families
        else list(require_champions().values())
    )
    key = require_signing_key()
    for champion in champions:
        sign_model(champion.folder, key)
        console.print(f"{champion.name}: version {champion.version} is signed with {key}")
