"""``python -m training sign``: sign champions with the present key."""

from typing import Annotated

import typer

from training.commands.champions import champion_of, require_champions
from training.commands.options.arguments import known_family
from training.commands.output.terminal import console


def sign(
    families: Annotated[
        list[str] | None, typer.Argument(metavar="[FAMILY]…", help="The families; default: all.")
    ] = None,
) -> None:
    """Sign champions without a signature, or with the signature of another key.

    The service trusts every champion that this command signs. Sign only files that no other person
    could change.
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
