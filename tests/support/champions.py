"""The champions that tests serve and judge: trained once from the sources as they are."""

import ast
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
NOTHING_SENT = {
    "BENTOML_DO_NOT_TRACK": "true",
    "DO_NOT_TRACK": "true",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "ORT_DISABLE_TELEMETRY": "1",
}
# Code that shows results and makes none: champions need no training anew when it changes.
_ONLY_SHOWS = (
    "models/baseline/contributions.py",
    "models/explanation.py",
    "models/registry.py",
    "training/cli.py",
    "training/commands/",
    "training/reliability/",
    "training/reports/",
)


@dataclass(frozen=True)
class Workplace:
    """A folder with a model store, a tracking store and data of its own."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "bentoml"

    def champion(self, family: str) -> Path:
        """The folder of the family's champion."""
        versions = self.home / "models" / f"sentiment-{family}"
        return versions / (versions / "latest").read_text().strip()

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith("SENTIMENT_")
        }
        return {
            **kept,
            **NOTHING_SENT,
            "BENTOML_HOME": str(self.home),
            "MLFLOW_TRACKING_URI": f"sqlite:///{self.folder / 'mlflow.db'}",
            "SENTIMENT_DATA_DIR": str(self.folder / "data"),
        }

    def training(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``python -m training`` here, as a user would."""
        return subprocess.run(
            [sys.executable, "-m", "training", *arguments],
            cwd=self.folder,
            env={**self.environment, "PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            text=True,
            check=check,
        )


def trained_workplace(cache: Path) -> Workplace:
    """A workplace after ``bootstrap``, kept in ``cache`` until the code that trains changes."""
    workplace = Workplace(cache.resolve() / _digest_of_sources()[:16])
    finished = workplace.folder / "finished"
    with (cache / "lock").open("w") as lock:
        # Two test runs side by side train once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            shutil.rmtree(workplace.folder, ignore_errors=True)
            workplace.folder.mkdir()
            _bootstrap(workplace)
            finished.touch()
    return workplace


def _digest_of_sources() -> str:
    """SHA-256 of the code that makes champions; comments and docstrings make none."""
    digest = hashlib.sha256()
    for path in sorted([*REPOSITORY.glob("models/**/*.py"), *REPOSITORY.glob("training/**/*.py")]):
        if not path.relative_to(REPOSITORY).as_posix().startswith(_ONLY_SHOWS):
            digest.update(_code(path.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()


def _code(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            node.body = [statement for statement in node.body if not _is_docstring(statement)]
    return ast.dump(tree)


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _bootstrap(workplace: Workplace) -> None:
    log = workplace.folder / "bootstrap.log"
    with log.open("w") as file:
        outcome = subprocess.run(
            [sys.executable, "-m", "training", "bootstrap"],
            cwd=workplace.folder,
            env={**workplace.environment, "PYTHONPATH": str(REPOSITORY)},
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if outcome.returncode:
        raise RuntimeError(f"bootstrap failed:\n{log.read_text()[-4000:]}")
