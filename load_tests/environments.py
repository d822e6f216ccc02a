"""Environments of other servers: each its own, made once and kept."""

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from models.downloads import cache_folder


def environment(name: str, requirements: Sequence[str]) -> Path:
    """The folder of programs of an environment with these packages, made where there is none."""
    digest = hashlib.sha256("\n".join(requirements).encode()).hexdigest()[:12]
    folder = cache_folder() / "peers" / f"{name}-{digest}"
    ready = folder / "ready"
    if not ready.exists():
        typer.echo(f"installing {name}", err=True)
        uv = (sys.executable, "-m", "uv")
        subprocess.run([*uv, "venv", "--quiet", "--clear", str(folder)], check=True)
        python = folder / "bin" / "python"
        subprocess.run(
            [*uv, "pip", "install", "--quiet", "--python", str(python), *requirements], check=True
        )
        ready.touch()
    return folder / "bin"
