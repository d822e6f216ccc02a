"""A folder with its own model store, tracking store and data, and the commands that use it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from models.artifacts.store import Alias, stored_name

FAMILY = "baseline"
REPOSITORY = Path(__file__).parents[2]


class CommandError(Exception):
    """A command failed. The message has the end of its output."""


@dataclass(frozen=True)
class Workplace:
    """``folder`` is an absolute path."""

    folder: Path

    @property
    def store(self) -> Path:
        """The BentoML home."""
        return self.folder / "bentoml"

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a process that uses this workplace."""
        return {
            **os.environ,
            "BENTOML_DO_NOT_TRACK": "true",
            "BENTOML_HOME": str(self.store),
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_TRACKING_URI": f"sqlite:///{self.folder / 'mlflow.db'}",
            "PYTHONPATH": str(REPOSITORY),
            "SENTIMENT_DATA_DIR": str(self.folder / "data"),
        }

    def model(self, alias: Alias) -> Path | None:
        """The folder of the newest model with an alias, None without one."""
        versions = self.store / "models" / stored_name(FAMILY, alias)
        newest = versions / "latest"
        return versions / newest.read_text().strip() if newest.exists() else None

    def train_champion(self) -> None:
        """Train and promote a champion on the embedded data set, if there is none.

        Without n-grams of characters, its fit takes a quarter of the time.
        """
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        if self.model("champion") is None:
            self._training("train", FAMILY, "--character-ngrams", "0")
            self._training("promote", FAMILY)

    def retrain(self, database: Path, report: Path) -> bool:
        """Retrain from a feedback database. Returns whether the challenger passed the gate."""
        url = f"sqlite:///{database}"
        arguments = ("retrain", FAMILY, "--report", str(report))
        return self._training(*arguments, accepted=(0, 3), SENTIMENT_DATABASE_URL=url) == 0

    def _training(self, *arguments: str, accepted: tuple[int, ...] = (0,), **variables: str) -> int:
        outcome = subprocess.run(
            [sys.executable, "-m", "training", *arguments],
            cwd=self.folder,
            env={**self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if outcome.returncode not in accepted:
            raise CommandError(f"python -m training {arguments[0]}:\n{outcome.stdout[-3000:]}")
        return outcome.returncode
