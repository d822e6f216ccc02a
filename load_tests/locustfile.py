"""Locust users of the service.

``make load-test`` raises their number until the service misses its objective (``ramp.py``).
"""

import itertools
import random

import gevent  # type: ignore[import-untyped]
from locust import FastHttpUser, task

from load_tests.traffic.ramp import Ramp
from load_tests.traffic.tweets import traffic

__all__ = ["Client", "Ramp"]

_seeds = itertools.count()


class Client(FastHttpUser):
    """About one request per second: 16 of 18 with one tweet, one with a batch, one feedback."""

    _answered: dict[str, str] | None = None

    def on_start(self) -> None:
        self._tweets = traffic(next(_seeds))
        # Users of one step start simultaneously: a random delay spreads their first requests.
        gevent.sleep(self.wait_time())

    def wait_time(self) -> float:
        """Exponential waits of 1 s on average: fixed waits would synchronise the users."""
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
        with self.client.post("/feedback", json=verdict, catch_response=True) as response:
            # All users have one address, whose verdicts are bounded.
            if response.status_code == 429:
                response.success()
