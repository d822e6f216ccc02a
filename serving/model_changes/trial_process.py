"""The process of a trial: ``python -m serving.model_changes.trial_process FOLDER KEY BACKEND``.

The process verifies the signature, compares every file with the manifest, loads the model, and
scores a few texts. A model that crashes or takes all memory ends no worker. The library of
signatures leaves no memory in a process that serves.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from models.artifacts.folder import load_model
from models.artifacts.manifest import ModelFolderError
from models.artifacts.signature import verify_model
from models.family import BACKENDS, Backend
from serving.prediction.warm_up import warm_up

_LOWEST_PRIORITY = 19
# proc(5): where memory is exhausted, the kernel first ends the process with the highest score.
_OUT_OF_MEMORY_SCORE = Path("/proc/self/oom_score_adj")


def main(folder: Path, model_key: Path, backend: Backend) -> None:
    if sys.platform != "win32":
        os.nice(_LOWEST_PRIORITY)
    if sys.platform == "linux":
        with suppress(OSError):
            _OUT_OF_MEMORY_SCORE.write_text("1000", encoding="ascii")
    try:
        verify_model(folder, model_key)
        manifest, scorer = load_model(folder, backend, threads=1)
        warm_up(scorer, manifest.languages)
    except ModelFolderError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), BACKENDS[BACKENDS.index(sys.argv[3])])
