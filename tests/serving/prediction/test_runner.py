"""The client of a runner service, with BentoML's own client and server in this process."""

import asyncio
from http import HTTPStatus
from typing import Any

import bentoml
import numpy as np
import pytest
from bentoml.exceptions import BentoMLException, ServiceUnavailable

from serving.prediction.runner import RunnerClient
from serving.prediction.scoring import COLUMNS, ScorerUnavailableError
from serving.prediction.tweet import Tweet
from tests.support.servers import free_port

pytestmark = [
    pytest.mark.server,
    # BentoML calls deprecated functions of pathspec and pydantic.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def runner_service() -> "bentoml.Service[Any]":
    """Scores a text by its length; two texts raise an exception."""

    @bentoml.service(metrics={"enabled": False})
    class Runner:
        @bentoml.api  # type: ignore[untyped-decorator]
        def score(self, version: str, texts: list[str]) -> np.ndarray:
            if "busy" in texts:
                raise ServiceUnavailable("too many requests")
            if "bug" in texts:
                raise RuntimeError("a bug")
            return np.array([[len(text)] * COLUMNS for text in texts], dtype=np.float32)

    return Runner


def ask(text: str, *, dead: bool = False) -> list[float]:
    """The scores of a text by the runner, or by a port on which nothing listens."""
    from _bentoml_impl.client import RemoteProxy  # type: ignore[import-untyped]

    async def scenario() -> list[float]:
        runner = runner_service()
        app = runner.to_asgi(is_main=False)
        url = f"tcp://127.0.0.1:{free_port()}"
        client = RemoteProxy(url, service=runner, app=None if dead else app).to_async
        async with app.router.lifespan_context(app):
            try:
                scored = await RunnerClient("lstm", client, lambda: True).score("v1", [Tweet(text)])
            finally:
                await client.close()
        scores: list[float] = scored.scores[0].tolist()
        return scores

    return asyncio.run(scenario())


def test_a_runner_scores() -> None:
    assert ask("good") == [4.0] * COLUMNS


def test_an_overloaded_runner_is_unavailable() -> None:
    with pytest.raises(ScorerUnavailableError, match="lstm"):
        ask("busy")


def test_a_dead_runner_is_unavailable() -> None:
    with pytest.raises(ScorerUnavailableError, match="lstm"):
        ask("good", dead=True)


def test_an_exception_within_the_runner_is_raised() -> None:
    with pytest.raises(BentoMLException) as raised:
        ask("bug")
    assert raised.value.error_code == HTTPStatus.INTERNAL_SERVER_ERROR
