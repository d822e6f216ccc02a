"""Scoring in the runner service of a family, by BentoML's client."""

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Protocol

from aiohttp import ClientError
from bentoml.exceptions import BentoMLException

from models.arrays import FloatArray
from serving.prediction.scoring import ScoredBatch, ScorerUnavailableError
from serving.prediction.tweet import Tweet

# Seconds after which a call finds that the runner has died.
_CHECK_S = 0.2

_UNAVAILABLE = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)


class BentoClient(Protocol):
    """The asynchronous client that BentoML gives to a service that depends on another."""

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any: ...


class RunnerClient:
    """Client of one runner service.

    Both methods raise ``ScorerUnavailableError`` if the runner does not answer: it is dead, it is
    starting, it is overloaded, or it takes longer than the client's time-out. An exception within
    the runner is raised as ``BentoMLException``. ``is_alive`` tells whether the runner serves. A
    call of a dead runner would wait for its replacement. A call names the version that answers,
    since a runner holds two versions during a change.
    """

    def __init__(self, family: str, client: BentoClient, is_alive: Callable[[], bool]) -> None:
        self._family = family
        self._client = client
        self.is_alive = is_alive

    async def score(self, version: str, tweets: list[Tweet]) -> ScoredBatch:
        texts = [tweet.text for tweet in tweets]
        return ScoredBatch(await self._call("score", version=version, texts=texts))

    async def contributions(self, version: str, text: str) -> FloatArray:
        """Weights of the words of a text, shape (words,), float32."""
        return await self._call("contributions", version=version, text=text)

    async def _call(self, name: str, **arguments: object) -> FloatArray:
        try:
            return await self._answer(name, arguments)
        except (ClientError, TimeoutError) as error:
            raise ScorerUnavailableError(self._family) from error
        except BentoMLException as error:
            if error.error_code in _UNAVAILABLE:
                raise ScorerUnavailableError(self._family) from error
            raise

    async def _answer(self, name: str, arguments: Mapping[str, object]) -> FloatArray:
        if not self.is_alive():
            raise ScorerUnavailableError(self._family)
        call: asyncio.Future[FloatArray] = asyncio.ensure_future(
            self._client.call(name, **arguments)
        )
        try:
            while not (await asyncio.wait({call}, timeout=_CHECK_S))[0]:
                if not self.is_alive():
                    raise ScorerUnavailableError(self._family)
            return call.result()
        finally:
            call.cancel()
