"""Environment variables that training reads."""

import os
from pathlib import Path


def tracking_uri() -> str:
    """``MLFLOW_TRACKING_URI``; by default a SQLite file in the working folder."""
    return os.environ.get("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db")


def data_folder() -> Path:
    """``SENTIMENT_DATA_DIR``; by default ``.tweet-sentiment`` in the user's home."""
    return Path(os.environ.get("SENTIMENT_DATA_DIR", Path.home() / ".tweet-sentiment"))


def feedback_database() -> str:
    """``SENTIMENT_DATABASE_URL``; by default the service's SQLite file in the data folder."""
    default = f"sqlite:///{data_folder() / 'feedback.db'}"
    return os.environ.get("SENTIMENT_DATABASE_URL") or default
