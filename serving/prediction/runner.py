"""Scoring in the runner service of a family, by BentoML's client."""

from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any, Protocol

from aiohttp import ClientError
from bentoml.exceptions import BentoMLException

from models.arrays import FloatArray
from serving.prediction.scoring import ScoredBatch, ScorerUnavailableError
from serving.prediction.tweet import Tweet

_UNAVAILABLE = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)


class BentoClient(Protocol):
    """The asynchronous client that BentoML gives to a service that depends on another."""

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any: ...

    async def is_ready(self, timeout: int | None = None) -> bool: ...


class RunnerClient:
    """Client of one runner service.

    ``score`` and ``contributions`` raise ``ScorerUnavailableError`` if the runner does not answer:
    it is dead, it is starting, it is overloaded, or it takes longer than the client's time-out. An
    exception within the runner is raised as ``BentoMLException``.
    """

    def __init__(self, family: str, client: BentoClient) -> None:
        self._family = family
        self._client = client

    async def score(self, tweets: list[Tweet]) -> ScoredBatch:
        texts = [tweet.text for tweet in tweets]
        return ScoredBatch(await self._answer(self._client.call("score", texts=texts)))

    async def contributions(self, text: str) -> FloatArray:
        """Weights of the words of a text, shape (words,), float32."""
        return await self._answer(self._client.call("contributions", text=text))

    async def is_ready(self) -> bool:
        """Whether the runner answers its probe within 5 s."""
        try:
            return await self._client.is_ready(timeout=5)
        except (ClientError, TimeoutError):
            return False

    async def _answer(self, call: Awaitable[FloatArray]) -> FloatArray:
        try:
            return await call
        except (ClientError, TimeoutError) as error:
            raise ScorerUnavailableError(self._family) from error
        except BentoMLException as error:
            if error.error_code in _UNAVAILABLE:
                raise ScorerUnavailableError(self._family) from error
            raise
