"""Test configurations made from the files of monitoring/, with shorter intervals and free ports."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.champions import REPOSITORY

MONITORING = REPOSITORY / "monitoring"


def replaced(path: Path, replacements: dict[str, str]) -> None:
    """Replace texts in a file. Raises ``ValueError`` if the file lacks one of them."""
    text = path.read_text()
    for old, new in replacements.items():
        if old not in text:
            raise ValueError(f"{path.name} has no {old!r}")
        text = text.replace(old, new)
    path.write_text(text)


def prometheus(
    folder: Path,
    addresses: dict[str, str],
    targets: Path = MONITORING / "prometheus" / "targets",
) -> Path:
    """The Prometheus configuration with intervals of a second.

    ``addresses`` maps addresses in the targets to addresses on loopback.
    """
    shutil.copytree(MONITORING / "prometheus", folder)
    shutil.copytree(targets, folder / "targets", dirs_exist_ok=True)
    configuration = folder / "prometheus.yaml"
    replaced(
        configuration,
        {
            "scrape_interval: 15s": "scrape_interval: 1s",
            "evaluation_interval: 15s": "evaluation_interval: 1s",
        },
    )
    for target, loopback in addresses.items():
        paths = [path for path in (folder / "targets").iterdir() if target in path.read_text()]
        if not paths:
            raise ValueError(f"no target is {target!r}")
        for path in paths:
            replaced(path, {target: loopback})
    return configuration


def rendered(**settings: str) -> subprocess.CompletedProcess[str]:
    """The outcome of ``render.py`` with these ``SENTIMENT_…`` variables and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SENTIMENT_")}
    return subprocess.run(
        [sys.executable, str(MONITORING / "alertmanager" / "render.py")],
        env={**kept, **{f"SENTIMENT_{name.upper()}": value for name, value in settings.items()}},
        capture_output=True,
        text=True,
        check=False,
    )


def mail_settings(port: int, public_url: str) -> dict[str, str]:
    """Settings of mail to a server on loopback without TLS."""
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": str(port),
        "smtp_from": "sentiment@example.org",
        "smtp_to": "team@example.org",
        "smtp_require_tls": "false",
        "public_url": public_url,
    }


def alertmanager(folder: Path, **settings: str) -> Path:
    """The Alertmanager configuration with its templates and intervals of a second."""
    shutil.copytree(MONITORING / "alertmanager", folder)
    outcome = rendered(**settings)
    if outcome.returncode:
        raise RuntimeError(outcome.stderr)
    configuration = folder / "alertmanager.yaml"
    configuration.write_text(outcome.stdout)
    replaced(
        configuration,
        {
            "group_wait: 10s": "group_wait: 1s",
            "group_interval: 5m": "group_interval: 2s",
            "group_interval: 30s": "group_interval: 2s",
        },
    )
    return configuration
