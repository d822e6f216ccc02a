"""Tracking stores for tests in this process."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mlflow
import pytest


@contextmanager
def tracking_store(folder: Path) -> Iterator[Path]:
    """A folder with a SQLite store, in which the block works; MLflow's former store returns."""
    folder.mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
        patch.delenv("MLFLOW_EXPERIMENT_ID", raising=False)
        logging.getLogger("alembic").setLevel(logging.ERROR)
        former = mlflow.get_tracking_uri()
        yield folder
        mlflow.set_tracking_uri(former)
