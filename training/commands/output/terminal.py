"""The terminal: the console of the commands, and silence for libraries."""

import logging
import os
import sys
import warnings

from rich.console import Console

console = Console(width=None if sys.stdout.isatty() else 200)


def silence_libraries() -> None:
    """Turn off warnings and progress bars of libraries; progress, results and our warnings stay."""
    warnings.simplefilter("ignore")
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    for name in ("mlflow", "alembic", "torch.onnx", "transformers", "httpx", "absl"):
        logging.getLogger(name).setLevel(logging.ERROR)
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "ERROR")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
