"""Rate limits by API key or address, over all workers of a server."""

import math
import time
from http import HTTPStatus

from limits import RateLimitItem
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request
from starlette.types import Scope

from serving.http.access.identity import api_key_of, client_identity
from serving.http.errors import ApiError
from serving.workers.shared_storage import SharedStorage


class RateLimits:
    """Each API key has its own rate limit; addresses without a key have ``without_key``, or none.

    The window slides. The count of the previous window is weighted by the share of that window
    that still lies within the duration. No client gets twice its rate where two windows meet.
    """

    def __init__(self, storage: SharedStorage, without_key: RateLimitItem | None) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._without_key = without_key

    def charge(self, scope: Scope, amount: int) -> None:
        """Count ``amount`` for the client of a request; ``ApiError`` 429 above the rate."""
        rate = self._rate(scope)
        if rate is None:
            return
        identity = client_identity(scope)
        if not self._limiter.hit(rate, identity, cost=amount):
            reset_s = self._limiter.get_window_stats(rate, identity).reset_time - time.time()
            raise ApiError(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"the rate limit is {rate}, try again later",
                headers={"Retry-After": str(max(1, math.ceil(reset_s))), **self.headers(scope)},
            )

    def headers(self, scope: Scope) -> dict[str, str]:
        """The rate limit of a request's client, by draft-ietf-httpapi-ratelimit-headers.

        ``q`` is the quota and ``w`` the window in seconds. ``r`` is the remaining quota. ``r``
        grows after ``t`` seconds.
        """
        rate = self._rate(scope)
        if rate is None:
            return {}
        stats = self._limiter.get_window_stats(rate, client_identity(scope))
        grows_in_s = max(0, math.ceil(stats.reset_time - time.time()))
        return {
            "RateLimit-Policy": f'"default";q={rate.amount};w={rate.get_expiry()}',
            "RateLimit": f'"default";r={stats.remaining};t={grows_in_s}',
        }

    def charge_texts(self, scope: Scope, texts: int) -> None:
        """Count the texts of a request beyond the first, which ``Access`` has counted.

        Raises ``ApiError``: 429 above the rate, 400 if the texts alone exceed the rate.
        """
        rate = self._rate(scope)
        if rate is not None and texts > rate.amount:
            raise ApiError(
                HTTPStatus.BAD_REQUEST,
                f"{texts} texts at once exceed the rate limit of {rate}, send fewer",
            )
        if texts > 1:
            self.charge(scope, texts - 1)

    def _rate(self, scope: Scope) -> RateLimitItem | None:
        key = api_key_of(scope)
        return key.rate if key else self._without_key


def charge_texts(request: Request, texts: int) -> None:
    """Count the texts of a request; ``ApiError`` as of ``RateLimits.charge_texts``."""
    limits: RateLimits | None = request.app.state.rate_limits
    if limits:
        limits.charge_texts(request.scope, texts)
