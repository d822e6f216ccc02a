"""Predictions of the service, shown unchanged or with fields set by a test."""

from typing import Any

import httpx

from models.registry import FAMILIES
from tests.support.page.browser import Browser
from tests.support.page.proxy import Proxy, json_answer
from tests.support.servers import Server

TEXT = "Lovely crew, but we landed two hours late"

# Texts for each doubt, of which at least one has it with at least one family.
DOUBTFUL = {
    "band": ["We leave on Monday", "Boarding at gate 12", "Lovely crew, but we landed late", "ok"],
    "empty": ["@AirParadis"],
    "unreadable": [
        "Рейс отменили, никто ничего не объяснил",
        "素晴らしいフライトでした",
        "🔥 😡 🤬",
    ],
    "language": ["Vol annulé, aucune information, service catastrophique. Plus jamais !"],
}


def predict(server: Server, text: str, **body: object) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(
        f"{server.url}/predict", json={"text": text, **body}, timeout=60
    ).json()
    return answer


def predict_all(server: Server, texts: list[str]) -> list[dict[str, Any]]:
    answer = httpx.post(f"{server.url}/predict_batch", json={"texts": texts}, timeout=60).json()
    predictions: list[dict[str, Any]] = answer["predictions"]
    return predictions


def find_doubtful(server: Server, doubt: str) -> tuple[str, str]:
    """A family and a text on which it has this doubt."""
    for family in FAMILIES:
        for text in DOUBTFUL[doubt]:
            if predict(server, text, model=family)["doubt"] == doubt:
                return family, text
    raise AssertionError(f"no text gives {doubt}")


def shares(negative: float, neutral: float, positive: float) -> dict[str, float]:
    """Shares of readers."""
    return {"negative": negative, "neutral": neutral, "positive": positive}


def show(browser: Browser, server: Server, proxy: Proxy, **fields: object) -> None:
    """Show the service's prediction on ``TEXT``, with ``fields`` replaced."""
    prediction = predict(server, TEXT, explain=True) | fields
    proxy.answer("/predict", json_answer(prediction))
    browser.paste("#text", TEXT)
    browser.find("#check").click()
    browser.see(".verdict .shaded", TEXT)


def check(browser: Browser, text: str) -> None:
    """Check one tweet."""
    browser.paste("#text", text)
    browser.find("#check").click()
    browser.see(".verdict .shaded", text)


def percentage(probability: float) -> str:
    """A probability as the page shows it, never rounded to 0 % or 100 %."""
    near_the_ends = not 0.005 <= probability <= 0.995
    return f"{min(max(probability, 0.001), 0.999) * 100:.{int(near_the_ends)}f}%"
