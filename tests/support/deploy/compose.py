"""The compose stack's own settings for parts that run as processes on loopback."""

import re
from pathlib import Path
from typing import Any

import yaml

from tests.support.champions import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
HOST = "sentiment.example.org"
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def settings_of(folder: Path) -> dict[str, str]:
    """Variables of the ``.env`` in a folder."""
    lines = (folder / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def services(settings: dict[str, str]) -> dict[str, Any]:
    """Services of ``compose.yaml``, with variables filled in as compose does."""

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
    """A service's variables that are not empty, with the addresses that other parts have here."""
    variables = {name: value for name, value in service["environment"].items() if value}
    for name, value in variables.items():
        for there, here in addresses.items():
            value = value.replace(there, here)
        variables[name] = value
    return variables
