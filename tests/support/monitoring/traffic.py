"""Synthetic traffic for a running service: predictions, batches, bursts, feedback and errors."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

_GOOD = ("great", "lovely", "smooth", "friendly", "excellent", "fine")
_BAD = ("terrible", "late", "rude", "awful", "broken", "dirty")
_THINGS = ("flight", "crew", "meal", "boarding", "seat", "service", "refund", "luggage")
_ENDINGS = ("", " again", " today", " thanks", " as always", " never again", " :)", " :(")

# One text without a word and one in French.
_UNREADABLE = (
    "@crew https://example.org/picture",
    "le vol avait deux heures de retard et personne ne nous a prévenus",
)


@dataclass
class Traffic:
    """Requests to a service, in a random order that ``seed`` fixes."""

    client: httpx.Client
    models: tuple[str, ...]
    seed: int = 1
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def text(self) -> str:
        choose = self.random.choice
        sentiment = choose(_GOOD if self.random.random() < 0.45 else _BAD)
        return f"the {choose(_THINGS)} was {sentiment}{choose(_ENDINGS)}"

    def predict(self) -> dict[str, Any]:
        model = self.random.choice(self.models)
        response = self.client.post("/predict", json={"text": self.text(), "model": model})
        response.raise_for_status()
        prediction: dict[str, Any] = response.json()
        return prediction

    def predict_batch(self, size: int) -> None:
        model = self.random.choice(self.models)
        texts = [self.text() for _ in range(size)]
        self.client.post("/predict_batch", json={"texts": texts, "model": model}).raise_for_status()

    def send_unreadable(self) -> None:
        """Send texts with the doubts *empty* and *language*."""
        batch = {"texts": _UNREADABLE, "model": self.random.choice(self.models)}
        self.client.post("/predict_batch", json=batch).raise_for_status()

    def give_feedback(self, correct: bool) -> None:
        verdict = {"prediction_id": self.predict()["prediction_id"], "correct": correct}
        self.client.post("/feedback", json=verdict).raise_for_status()

    def cause_errors(self) -> None:
        """Cause a 400, a 404 of an unknown prediction and a 404 of an unknown path."""
        unknown = {"prediction_id": "unknown", "correct": True}
        assert self.client.post("/predict", json={"text": ""}).status_code == 400
        assert self.client.post("/feedback", json=unknown).status_code == 404
        assert self.client.get("/nowhere").status_code == 404

    def burst(self, requests: int) -> None:
        """Send predictions from eight concurrent clients."""
        with ThreadPoolExecutor(8) as pool:
            for future in [pool.submit(self.predict) for _ in range(requests)]:
                future.result()

    def step(self, wrong: float = 0.1, bursts: float = 0.3) -> None:
        """Send a random mix of requests.

        ``wrong`` is the share of wrong verdicts, ``bursts`` the probability of a burst.
        """
        for _ in range(self.random.randint(3, 8)):
            self.predict()
        if self.random.random() < 0.3:
            self.predict_batch(self.random.randint(2, 64))
        if self.random.random() < bursts:
            self.burst(self.random.randint(8, 24))
        if self.random.random() < 0.4:
            self.give_feedback(correct=self.random.random() >= wrong)
        if self.random.random() < 0.2:
            self.cause_errors()
        if self.random.random() < 0.3:
            self.send_unreadable()

    def run(self, seconds: float, wrong: float = 0.1, bursts: float = 0.3) -> None:
        """Repeat steps with short pauses for ``seconds``."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.step(wrong, bursts)
            time.sleep(self.random.uniform(0.1, 0.5))
