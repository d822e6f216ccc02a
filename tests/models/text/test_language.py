import csv
import subprocess
import sys
import threading
from collections import defaultdict
from pathlib import Path

import pytest

from models.text.language import is_foreign
from tests.support.champions import REPOSITORY
from training.data.sources import load_embedded

ENGLISH = ("en",)
OTHER_LETTERS = ("zh", "ar", "ru", "el", "he", "th", "ja", "ko", "hi")

SHORT_ENGLISH = [
    "", "...", "ok", "thx", "omg lol", "@AirParadis wtf", "😡😡😡", "👍🏽 ❤️", ":D :D", "hahaha xD",
    "so cold", "i hope so", "no problem", "two rows", "pls dm", "ffs @AirParadis", "gonna cry tbh",
    "gr8 flight m8", "ty so much", "r u kidding me", "12:45 AF006 https://t.co/x", "delayed af",
    "Worst. Airline. Ever.", "delay delay delay", "LATE AGAIN", "u guys suck", "Nice crew",
    "Landed in Nice, Lyon and Genève", "Paris Orly > Nice, delayed", "Hola from Madrid",
    "Stuck in München with @AirParadis", "Lost my bag in São Paulo", "my café was cold",
    "\u00af\\_(\u30c4)_/\u00af", "\u0ca0_\u0ca0", "lost my bag in \u6771\u4eac again",
    "\u0422h\u0435 \u0441r\u0435w w\u0430\u0455 rud\u0435", "tërrïblé sërvïcé",
    "sooooo baaaad", "#BestFlight #AirParadis",
]  # fmt: skip


def _tweets() -> dict[str, list[str]]:
    tweets = defaultdict(list)
    with (Path(__file__).parent / "foreign_tweets.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            tweets[row["language"]].append(row["text"])
    return dict(tweets)


TWEETS = _tweets()


@pytest.mark.parametrize("language", ["fr", "es", "de"])
def test_95_percent_of_french_spanish_and_german_tweets_are_foreign(language: str) -> None:
    foreign = [is_foreign(text, ENGLISH) for text in TWEETS[language]]
    assert len(foreign) >= 140
    assert sum(foreign) >= 0.95 * len(foreign)


@pytest.mark.parametrize("language", ["it", "pt", "nl"])
def test_95_percent_of_italian_portuguese_and_dutch_tweets_are_foreign(language: str) -> None:
    foreign = [is_foreign(text, ENGLISH) for text in TWEETS[language]]
    assert len(foreign) == 20
    assert sum(foreign) >= 19


@pytest.mark.parametrize("language", OTHER_LETTERS)
def test_every_tweet_in_other_letters_is_foreign(language: str) -> None:
    assert len(TWEETS[language]) == 10
    assert all(is_foreign(text, ENGLISH) for text in TWEETS[language])


def test_at_most_1_percent_of_english_tweets_is_foreign() -> None:
    texts = load_embedded().texts
    assert sum(is_foreign(text, ENGLISH) for text in texts) <= 0.01 * len(texts)


@pytest.mark.parametrize("text", SHORT_ENGLISH)
def test_short_english_is_not_foreign(text: str) -> None:
    assert not is_foreign(text, ENGLISH)


@pytest.mark.parametrize("language", TWEETS)
def test_a_language_of_the_model_is_not_foreign(language: str) -> None:
    foreign = [is_foreign(text, ("en", language)) for text in TWEETS[language]]
    assert sum(foreign) <= 0.01 * len(foreign)


def test_any_language_of_py3langid_can_be_a_language_of_the_model() -> None:
    text = "Ndege imechelewa saa tano na hakuna mtu anayesema chochote"
    assert is_foreign(text, ENGLISH)
    assert not is_foreign(text, ("en", "sw"))


@pytest.mark.parametrize(
    "around", ["@thanks_a_lot {} ", "{} https://t.co/very-good-news", "{} 😡😡😡", "RT @them: {}"]
)
def test_mentions_links_and_emojis_do_not_change_the_language(around: str) -> None:
    assert is_foreign(around.format("quelle honte ce service"), ENGLISH)


def test_an_unknown_language_raises_value_error() -> None:
    with pytest.raises(ValueError, match="does not know the languages xx, yy"):
        is_foreign("late again", ("yy", "en", "xx"))


def test_concurrent_calls_return_the_same() -> None:
    texts = TWEETS["fr"] + SHORT_ENGLISH
    alone = [is_foreign(text, ENGLISH) for text in texts]
    found: dict[int, list[bool]] = {}

    def check(number: int) -> None:
        found[number] = [is_foreign(text, ENGLISH) for text in texts]

    threads = [threading.Thread(target=check, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(found.values()) == [alone] * 4


def test_the_import_loads_no_language_model() -> None:
    program = "import sys, models.text.language; print(*sys.modules)"
    outcome = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    loaded = set(outcome.stdout.split())
    assert "models.text.language" in loaded
    assert loaded.isdisjoint({"py3langid", "simplemma", "numpy"})
