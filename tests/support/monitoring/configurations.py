"""Test configurations made from the project's files, with shorter intervals and other ports."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.champions import REPOSITORY

MONITORING = REPOSITORY / "monitoring"


def replaced(path: Path, replacements: dict[str, str]) -> None:
    """Replace texts in a file.

    Raises ``ValueError`` if the file lacks one of them.
    """
    text = path.read_text()
    for old, new in replacements.items():
        if old not in text:
            raise ValueError(f"{path.name} does not contain {old!r}")
        text = text.replace(old, new)
    path.write_text(text)


def prometheus(
    folder: Path,
    addresses: dict[str, str],
    targets: Path = MONITORING / "prometheus" / "targets",
) -> Path:
    """Prometheus's configuration with intervals of a second.

    ``addresses`` maps the addresses in ``targets`` to the addresses in the test.
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
    for there, here in addresses.items():
        naming = [path for path in (folder / "targets").iterdir() if there in path.read_text()]
        if not naming:
            raise ValueError(f"no target has the address {there!r}")
        for path in naming:
            replaced(path, {there: here})
    return configuration


def rendered(**settings: str) -> subprocess.CompletedProcess[str]:
    """Run ``render.py`` with these ``SENTIMENT_…`` variables and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SENTIMENT_")}
    return subprocess.run(
        [sys.executable, str(MONITORING / "alertmanager" / "render.py")],
        env={**kept, **{f"SENTIMENT_{name.upper()}": value for name, value in settings.items()}},
        capture_output=True,
        text=True,
        check=False,
    )


def mail_settings(port: int, public_url: str) -> dict[str, str]:
    """Settings for mail to a server on loopback without TLS."""
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": str(port),
        "smtp_from": "sentiment@example.org",
        "smtp_to": "team@example.org",
        "smtp_require_tls": "false",
        "public_url": public_url,
    }


def alertmanager(folder: Path, **settings: str) -> Path:
    """Alertmanager's configuration and templates, with intervals of a few seconds."""
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
