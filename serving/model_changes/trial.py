"""The trial of a model in a process of its own, before any worker loads the model."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from models.artifacts.manifest import ModelFolderError, manifest_digest
from models.family import Backend
from serving.model_changes.state import ModelVersion
from serving.prediction.champions import require_champion

_PROGRAM = "serving.model_changes.trial_process"
_SOURCE = Path(__file__).parents[2]
_LONGEST_S = 300.0


class TrialError(Exception):
    """The model failed its trial. The message is one line with the reason."""


@dataclass(frozen=True)
class Trial:
    """Tries champions of the model store as a server with these settings would load them."""

    model_key: Path
    backend: Backend

    def __call__(self, family: str, version: str) -> ModelVersion:
        """The champion's verified version. Raises ``TrialError``."""
        try:
            champion = require_champion(family, version)
            # The manifest lists the digests of all files. A worker loads no other manifest.
            digest = manifest_digest(champion.folder)
        except (ModelFolderError, OSError) as error:
            raise TrialError(str(error)) from error
        try_model(champion.folder, self.model_key, self.backend)
        return ModelVersion(version=champion.version, manifest_sha256=digest)


def try_model(folder: Path, model_key: Path, backend: Backend) -> None:
    """Try the model in ``folder`` in a new process. Raises ``TrialError``."""
    try:
        outcome = subprocess.run(
            [sys.executable, "-P", "-m", _PROGRAM, str(folder), str(model_key), backend],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(_SOURCE), *filter(None, sys.path)]),
            },
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TrialError(f"the model was not loaded and tried within {_LONGEST_S:g} s") from error
    if outcome.returncode:
        lines = outcome.stderr.strip().splitlines()
        reason = lines[-1] if lines else "without a message"
        if outcome.returncode < 0:
            reason = f"signal {-outcome.returncode} ended the process that loaded the model"
        raise TrialError(reason)
