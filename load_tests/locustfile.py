"""Users of the service, for Locust.

``make load-test`` raises their number until the service breaks its promise (``ramp.py``).
"""

import itertools
import random

import gevent  # type: ignore[import-untyped]
from locust import FastHttpUser, task

from load_tests.ramp import Ramp
from load_tests.tweets import traffic

__all__ = ["Client", "Ramp"]

_seeds = itertools.count()


class Client(FastHttpUser):
    """About one request a second: mostly one tweet, at times several, at times a verdict."""

    _answered: dict[str, str] | None = None

    def on_start(self) -> None:
        self._tweets = traffic(next(_seeds))
        # All users of a step start at once.
        gevent.sleep(self.wait_time())

    def wait_time(self) -> float:
        """Users know nothing of each other: paced ones would ask at the same moment."""
        return random.expovariate(1)

    @task(16)
    def predict(self) -> None:
        with self.client.post("/predict", json={"text": next(self._tweets)}) as response:
            if response.ok:
                self._answered = response.json()

    @task(1)
    def predict_batch(self) -> None:
        texts = list(itertools.islice(self._tweets, random.randint(2, 16)))
        self.client.post("/predict_batch", json={"texts": texts})

    @task(1)
    def give_feedback(self) -> None:
        if self._answered is None:
            return
        verdict = {
            "prediction_id": self._answered["prediction_id"],
            "correct": random.random() < 0.9,
        }
        self._answered = None
        self.client.post("/feedback", json=verdict)
