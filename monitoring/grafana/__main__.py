"""Write the dashboards, or with ``--check`` say which files are not as they would be written."""

from pathlib import Path
from typing import Annotated

import typer

from monitoring.grafana import feedback, host, models, service

DASHBOARDS = (service.DASHBOARD, models.DASHBOARD, feedback.DASHBOARD, host.DASHBOARD)
FOLDER = Path(__file__).parent / "dashboards"


def main(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; 1 if files differ.")
    ] = False,
    folder: Annotated[Path, typer.Option(help="Where the JSON files are.")] = FOLDER,
) -> None:
    """Write the dashboards' JSON files."""
    texts = {f"{dashboard.name}.json": dashboard.text() for dashboard in DASHBOARDS}
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    differing = sorted(name for name in {*texts, *found} if texts.get(name) != found.get(name))
    if check:
        for name in differing:
            typer.echo(f"{name} differs: make dashboards", err=True)
        raise typer.Exit(bool(differing))
    for name in differing:
        if name in texts:
            (folder / name).write_text(texts[name], encoding="utf-8")
        else:
            (folder / name).unlink()
        typer.echo(name)


if __name__ == "__main__":
    typer.run(main)
