"""The settings of compose.yaml for processes on loopback."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.support.champions import REPOSITORY
from tests.support.monitoring.configurations import replaced

DEPLOY = REPOSITORY / "deploy"
HOST = "sentiment.example.org"
_IGNORED_BY_GIT = shutil.ignore_patterns(".env", "backups", "certificates", "secrets")
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def prepare(folder: Path) -> Path:
    """A copy of ``deploy/`` after ``prepare.sh``, with an image named in ``.env``."""
    shutil.copytree(DEPLOY, folder, ignore=_IGNORED_BY_GIT)
    subprocess.run([str(folder / "prepare.sh"), HOST], check=True, stdout=subprocess.DEVNULL)
    replaced(folder / ".env", {"SENTIMENT_IMAGE=\n": "SENTIMENT_IMAGE=sentiment:1.0.0\n"})
    return folder


def settings_of(folder: Path) -> dict[str, str]:
    """Variables of the ``.env`` in a folder."""
    return read_settings(folder / ".env")


def read_settings(path: Path) -> dict[str, str]:
    """Variables of a file of lines ``NAME=value``."""
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def services(settings: dict[str, str]) -> dict[str, Any]:
    """Services of ``compose.yaml`` with their variables replaced as compose replaces them."""

    def value(found: re.Match[str]) -> str:
        name, kind, default = found.groups()
        if settings.get(name):
            return settings[name]
        if kind == "?":
            raise KeyError(f"{name} is not set")
        return default or ""

    text = _VARIABLE.sub(value, (DEPLOY / "compose.yaml").read_text()).replace("$$", "$")
    found: dict[str, Any] = yaml.safe_load(text)["services"]
    return found


def environment(service: dict[str, Any], addresses: dict[str, str]) -> dict[str, str]:
    """The non-empty variables of a service.

    ``addresses`` maps addresses of compose's networks to addresses on loopback.
    """
    variables = {name: value for name, value in service["environment"].items() if value}
    for name, value in variables.items():
        for compose, loopback in addresses.items():
            value = value.replace(compose, loopback)
        variables[name] = value
    return variables
