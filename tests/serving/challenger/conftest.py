from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.artifacts.manifest import read_manifest
from models.artifacts.store import StoredModel
from serving.challenger.client_split import ClientSplit
from serving.challenger_settings import Split
from serving.feedback.database import migrate, open_engine
from serving.prediction.predictor import Predictor
from serving.prediction.scoring import ScoredBatch
from serving.prediction.tweet import Tweet
from serving.prediction_ids import PredictionTokens
from serving.settings import Settings
from tests.support.champions import Workplace


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a migrated feedback database."""
    address = f"sqlite:///{tmp_path / 'feedback.db'}"
    migrate(address)
    return address


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.fixture
def new_split(trained: Workplace) -> Callable[..., ClientSplit]:
    """Makes the split of a worker that starts, with a share of 50 % by default."""
    folder = trained.champion("baseline")
    tokens = PredictionTokens("secret", 3600)
    challenger = StoredModel("baseline", "v2", "run", "digest", folder, read_manifest(folder))

    async def score(tweets: list[Tweet]) -> ScoredBatch:
        raise AssertionError("no text is scored")

    def make(percent: int = 50) -> ClientSplit:
        predictor = Predictor(challenger, score, tokens, Settings(), alias="challenger")
        return ClientSplit(Split("baseline", percent), predictor, tokens)

    return make
