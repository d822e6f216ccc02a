from pathlib import Path

import pytest

from serving.feedback.bounds import FeedbackBounds
from serving.feedback.database import migrate
from serving.feedback.store import FeedbackStore


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "new" / "feedback.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def store(database: Path) -> FeedbackStore:
    bounds = FeedbackBounds(per_text=3, per_client=4, texts_per_client=2)
    return FeedbackStore(f"sqlite:///{database}", bounds)
