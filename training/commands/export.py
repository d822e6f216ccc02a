"""``python -m training export``: a champion as a folder that runs without this project."""

from pathlib import Path
from typing import Annotated

import typer

from training.commands.champions import champion_of
from training.commands.options.arguments import FamilyName, known_family
from training.commands.output.terminal import console


def export(
    family: FamilyName,
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
) -> None:
    """Write a champion's ONNX graph, tokenizer, preparation of texts, and an example."""
    from training.export.export import export as export_champion

    champion = champion_of(known_family(family))
    files = export_champion(champion, folder)
    console.print(f"{family} {champion.version} in {folder}: {', '.join(files)}", soft_wrap=True)
    console.print(
        f"pip install -r {folder}/requirements.txt && "
        f'python {folder}/example.py "The crew was lovely"',
        soft_wrap=True,
    )
