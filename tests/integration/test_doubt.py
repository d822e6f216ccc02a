"""Texts that a model cannot read are in doubt, and the metrics count them."""

import httpx
import pytest

from models.registry import FAMILIES
from tests.support.servers import Service

UNREAD = {
    "empty": ["@AirParadis", "https://airparadis.com/deals", "12:45", "AF006", "..."],
    "unreadable": ["ስልክ ቁጥር ጠፋኝ", "ฉันรักสายการบินนี้", "ក្រុមហ៊ុនអាកាសចរណ៍"],
    "language": [
        "Vol annulé, aucune information, service catastrophique. Plus jamais !",
        "Der Flug war fünf Stunden verspätet und niemand hat uns etwas gesagt",
        "Han perdido mi maleta otra vez y nadie contesta al teléfono",
    ],
}
COMPLAINTS = [
    "I hate this airline, the crew was awful and rude",
    "Worst flight ever, they lost my bag and nobody cares",
]


def ask(client: httpx.Client, texts: list[str], family: str) -> list[dict[str, object]]:
    body = {"texts": texts, "model": family}
    predictions: list[dict[str, object]] = client.post("/predict_batch", json=body).json()[
        "predictions"
    ]
    return predictions


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("reason", UNREAD)
def test_unread_texts_are_in_doubt_and_counted(
    service: Service, client: httpx.Client, family: str, reason: str
) -> None:
    def counted(doubt: str) -> float:
        return service.total("sentiment_doubt_total", model=family, doubt=doubt)

    def uncertain() -> float:
        return service.total("sentiment_uncertain_predictions_total", model=family)

    texts, before = UNREAD[reason], (counted(reason), uncertain())
    predictions = ask(client, texts, family)
    assert [prediction["confident"] for prediction in predictions] == [False] * len(texts)
    reasons = [prediction["doubt"] for prediction in predictions]
    # A model that knows the letters of an unreadable text doubts its language instead.
    assert set(reasons) <= ({reason} if reason == "empty" else {"unreadable", "language"})
    assert uncertain() == before[1] + len(texts)
    assert counted(reason) == before[0] + reasons.count(reason)


@pytest.mark.parametrize("family", FAMILIES)
def test_another_spelling_leaves_the_shares_unchanged(client: httpx.Client, family: str) -> None:
    plain = "I can't stand it: the crew was so bad 😡 see https://airparadis.com/offers"
    spellings = [
        "I can\u00b4t stand it: the crew was so bad 😡 see https://airparadis.com/offers",
        "I can\uff07t stand it: the crew was so bad 😡 see https://airparadis.com/offers",
        "I can't stand it: the crew was so \U0001d41b\U0001d41a\U0001d41d 😡 see www.a.com",
        "I can't stand it: the crew was sooooo baaaaad 😡 see airparadis.com/offers",
        "I can&amp;#39;t stand it: the crew was so bad \U0001f621\ufe0f see https://airparadis.com",
    ]
    expected, *found = (
        prediction["readers"] for prediction in ask(client, [plain, *spellings], family)
    )
    for readers in found:
        assert readers == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("family", FAMILIES)
def test_plain_complaints_are_negative_by_most_readers(client: httpx.Client, family: str) -> None:
    for prediction in ask(client, COMPLAINTS, family):
        readers = prediction["readers"]
        assert isinstance(readers, dict)
        assert max(readers, key=readers.__getitem__) == "negative"
        assert prediction["label"] == "negative"
