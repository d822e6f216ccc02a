"""Write the dashboards, or with ``--check`` name the files that differ from their source."""

import json
from pathlib import Path
from typing import Annotated

import typer
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from monitoring.grafana import feedback, host, mentions, models, service

DASHBOARDS = {
    "service": service.DASHBOARD,
    "models": models.DASHBOARD,
    "feedback": feedback.DASHBOARD,
    "mentions": mentions.DASHBOARD,
    "host": host.DASHBOARD,
}
FOLDER = Path(__file__).parent / "dashboards"


def main(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing. Exit with 1 if files differ.")
    ] = False,
    folder: Annotated[Path, typer.Option(help="Folder of the JSON files.")] = FOLDER,
) -> None:
    """Write the JSON files of the dashboards and remove files without a dashboard."""
    texts = {
        f"{name}.json": json.dumps(dashboard, cls=JSONEncoder, indent=2, ensure_ascii=False) + "\n"
        for name, dashboard in DASHBOARDS.items()
    }
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    differing = sorted(name for name in {*texts, *found} if texts.get(name) != found.get(name))
    if check:
        for name in differing:
            typer.echo(f"{name} differs from its source: run make dashboards", err=True)
        raise typer.Exit(bool(differing))
    for name in differing:
        if name in texts:
            (folder / name).write_text(texts[name], encoding="utf-8")
        else:
            (folder / name).unlink()
        typer.echo(name)


if __name__ == "__main__":
    typer.run(main)
