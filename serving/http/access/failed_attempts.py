"""Failed attempts to authenticate: logged, counted and slowed down."""

import logging
import math
import time
from typing import Literal

from serving import metrics
from serving.workers.shared_storage import SharedStorage

Realm = Literal["admin", "api"]

_FREE_FAILURES = 5
_LONGEST_WAIT_S = 900
_FORGOTTEN_AFTER_S = 3600

logger = logging.getLogger("bentoml.sentiment")


class FailedAttempts:
    """Failures by realm and address, over all workers of a server.

    After five failures within an hour an address must wait 1 s. Each further failure doubles the
    wait, up to 15 minutes.
    """

    def __init__(self, storage: SharedStorage) -> None:
        self._storage = storage

    def wait_s(self, realm: Realm, address: str) -> int:
        """Whole seconds until the address may try again; 0: at once."""
        blocked_until = self._storage.get_expiry(f"blocked/{realm}/{address}")
        return max(0, math.ceil(blocked_until - time.time()))

    def add(self, realm: Realm, address: str, method: str, route: str) -> None:
        """Count a failure. ``route`` is a path of the contract, with its parameters unfilled."""
        metrics.AUTHENTICATION_FAILURES.labels(realm).inc()
        logger.warning("wrong %s key from %s for %s %s", realm, address, method, route)
        failures = self._storage.incr(f"failures/{realm}/{address}", _FORGOTTEN_AFTER_S)
        if failures >= _FREE_FAILURES:
            wait_s = min(2 ** (failures - _FREE_FAILURES), _LONGEST_WAIT_S)
            self._storage.incr(f"blocked/{realm}/{address}", wait_s)

    def forget(self, realm: Realm, address: str) -> None:
        """Forget the failures of an address that has authenticated."""
        self._storage.clear(f"failures/{realm}/{address}")
