"""Environment variables that training reads."""

import os
from pathlib import Path

from models.artifacts.signature import PUBLIC_KEY
from training.errors import TrainingError


def tracking_uri() -> str:
    """``MLFLOW_TRACKING_URI``; by default a SQLite file in the working folder."""
    return os.environ.get("MLFLOW_TRACKING_URI") or "sqlite:///mlflow.db"


def check_model_store() -> None:
    """Raise ``TrainingError`` if BENTOML_HOME is empty: BentoML would take the working folder."""
    if os.environ.get("BENTOML_HOME") == "":
        raise TrainingError(
            "BENTOML_HOME is empty: set it to the folder of the model store, or unset it"
        )


def data_folder() -> Path:
    """``SENTIMENT_DATA_DIR``; by default ``.tweet-sentiment`` in the user's home."""
    return Path(os.environ.get("SENTIMENT_DATA_DIR", Path.home() / ".tweet-sentiment"))


def feedback_database() -> str:
    """``SENTIMENT_DATABASE_URL``; by default the service's SQLite file in the data folder."""
    default = f"sqlite:///{data_folder() / 'feedback.db'}"
    return os.environ.get("SENTIMENT_DATABASE_URL") or default


def own_signing_key() -> bool:
    """Whether ``SENTIMENT_SIGNING_KEY`` names the private key that signs champions."""
    return bool(os.environ.get("SENTIMENT_SIGNING_KEY"))


def signing_key() -> Path:
    """``SENTIMENT_SIGNING_KEY``; by default a file in the data folder."""
    default = data_folder() / "model_signing_key.pem"
    return Path(os.environ.get("SENTIMENT_SIGNING_KEY") or default)


def model_key() -> Path:
    """``SENTIMENT_MODEL_KEY``, the public key; by default a file in the data folder."""
    return Path(os.environ.get("SENTIMENT_MODEL_KEY") or data_folder() / PUBLIC_KEY)
