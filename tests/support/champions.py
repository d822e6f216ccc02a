"""The champions that tests serve and judge, trained once for each state of the sources."""

import ast
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from models.artifacts.manifest import SIGNATURE
from models.artifacts.signature import PUBLIC_KEY
from models.registry import FAMILIES

REPOSITORY = Path(__file__).parents[2]
NOTHING_SENT = {
    "BENTOML_DO_NOT_TRACK": "true",
    "DO_NOT_TRACK": "true",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "ORT_DISABLE_TELEMETRY": "1",
}
# Code that presents or signs results. Champions stay valid when it changes.
_PRESENTATION = (
    "models/artifacts/signature.py",
    "models/baseline/contributions.py",
    "models/explanation.py",
    "models/registry.py",
    "training/cli.py",
    "training/commands/",
    "training/reliability/",
    "training/scoring/",
    "training/promotion/signing_key.py",
    "training/reports/",
    "training/settings.py",
)


@dataclass(frozen=True)
class Workplace:
    """A folder with its own model store, tracking store and data."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "bentoml"

    def champion(self, family: str) -> Path:
        """The folder of the family's champion."""
        return champion_folder(self.home, family)

    @property
    def model_key(self) -> Path:
        """The public key of the champions' signatures."""
        return self.folder / "data" / PUBLIC_KEY

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a process that uses this workplace and no other settings."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith("SENTIMENT_")
        }
        return {
            **kept,
            **NOTHING_SENT,
            "BENTOML_HOME": str(self.home),
            "MLFLOW_TRACKING_URI": f"sqlite:///{self.folder / 'mlflow.db'}",
            "SENTIMENT_DATA_DIR": str(self.folder / "data"),
            "SENTIMENT_MODEL_KEY": str(self.model_key),
        }

    def training(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``python -m training`` in the workplace."""
        return subprocess.run(
            [sys.executable, "-m", "training", *arguments],
            cwd=self.folder,
            env={**self.environment, "PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            text=True,
            check=check,
        )


def champion_folder(home: Path, family: str) -> Path:
    """The newest version of a family in the model store of a BentoML home."""
    versions = home / "models" / f"sentiment-{family}"
    return versions / (versions / "latest").read_text().strip()


def trained_workplace(cache: Path) -> Workplace:
    """A workplace after ``bootstrap``. ``cache`` keeps it until the code of training changes."""
    workplace = Workplace(workplace_folder(cache))
    finished = workplace.folder / "finished"
    with (cache / "lock").open("w") as lock:
        # Of two concurrent test runs one trains, and the other waits.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            shutil.rmtree(workplace.folder, ignore_errors=True)
            workplace.folder.mkdir()
            _bootstrap(workplace)
            finished.touch()
        if not all((workplace.champion(name) / SIGNATURE).exists() for name in FAMILIES):
            _sign(workplace)
    return workplace


def workplace_folder(cache: Path, sources: Path = REPOSITORY) -> Path:
    """The folder in ``cache`` of the champions that the code in ``sources`` trains."""
    return cache.resolve() / _digest_of_sources(sources)[:16]


def _digest_of_sources(sources: Path = REPOSITORY) -> str:
    """SHA-256 of the code of training, without its comments and docstrings."""
    digest = hashlib.sha256()
    for path in sorted([*sources.glob("models/**/*.py"), *sources.glob("training/**/*.py")]):
        if not path.relative_to(sources).as_posix().startswith(_PRESENTATION):
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


def _sign(workplace: Workplace) -> None:
    """Sign champions that an earlier version trained without signing them.

    A workplace that is a link to another folder becomes a copy, so that the other stays as it is.
    """
    if workplace.folder.is_symlink():
        original = workplace.folder.resolve()
        workplace.folder.unlink()
        shutil.copytree(original, workplace.folder, symlinks=True)
    workplace.training("sign")


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
