"""Feedback over HTTP: each tweet is predicted, and its true label gives the verdict."""

import sqlite3
import time
from collections.abc import Callable

import httpx

from demonstrations.feedback_loop.service import Service, bearer
from models.examples import POSITIVE
from training.data.sources import Tweets

_PATIENCE_S = 600.0


class FeedbackError(Exception):
    """The service did not take or did not keep the feedback."""


def send_feedback(service: Service, tweets: Tweets, progress: Callable[[], None]) -> int:
    """Send a verdict with the text and with consent for each tweet. Returns the wrong predictions.

    The clients take turns. The call returns when the service has stored all texts. ``progress``
    follows each verdict. Raises ``FeedbackError``.
    """
    wrong = 0
    stored = _stored_texts(service)
    with httpx.Client(base_url=service.url, timeout=60) as client:
        for number, (text, label) in enumerate(zip(tweets.texts, tweets.labels, strict=True)):
            headers = bearer(service.keys[number % len(service.keys)])
            prediction = _post(client, "/predict", {"text": text}, headers)
            correct = (prediction["label"] == "positive") == bool(label == POSITIVE)
            verdict = {"prediction_id": prediction["prediction_id"], "correct": correct}
            _post(client, "/feedback", {**verdict, "text": text, "consent": True}, headers)
            wrong += not correct
            progress()
    deadline = time.monotonic() + _PATIENCE_S
    while _stored_texts(service) < stored + len(tweets):
        if time.monotonic() > deadline:
            missing = stored + len(tweets) - _stored_texts(service)
            raise FeedbackError(f"{missing} texts of {len(tweets)} were not stored")
        time.sleep(0.5)
    return wrong


def _post(
    client: httpx.Client, path: str, body: dict[str, object], headers: dict[str, str]
) -> dict[str, str]:
    response = client.post(path, json=body, headers=headers)
    if response.status_code != httpx.codes.OK:
        raise FeedbackError(f"{path} answered {response.status_code}: {response.text}")
    answer: dict[str, str] = response.json()
    return answer


def _stored_texts(service: Service) -> int:
    connection = sqlite3.connect(f"{service.database.as_uri()}?mode=ro", uri=True)
    (number,) = connection.execute("SELECT count(text) FROM feedback").fetchone()
    connection.close()
    return int(number)
