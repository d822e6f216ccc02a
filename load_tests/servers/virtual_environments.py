"""Virtual environments of the other servers, each installed once and kept."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from packaging.requirements import Requirement

from models.downloads import cache_folder


def virtual_environment(name: str, requirements: Sequence[str]) -> Path:
    """The ``bin`` folder of an environment with these packages, installed if it is missing."""
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


def installed_versions(programs: Path, requirements: Sequence[str]) -> dict[str, str]:
    """The installed version of each required package; ``programs`` is the ``bin`` folder."""
    names = [Requirement(requirement).name for requirement in requirements]
    code = (
        "import json, sys; from importlib.metadata import version; "
        "print(json.dumps({name: version(name) for name in sys.argv[1:]}))"
    )
    output = subprocess.check_output([programs / "python", "-c", code, *names], text=True)
    versions: dict[str, str] = json.loads(output)
    return versions
