import csv
from pathlib import Path
from string import ascii_lowercase

import pytest

from models.text.homoglyphs import (
    fold_compatibility_characters,
    fold_homoglyphs,
    straighten_punctuation,
)
from models.text.normalization import normalize_light

OTHER_ALPHABETS = ("ar", "el", "he", "hi", "ja", "ko", "ru", "th", "zh")


@pytest.mark.parametrize(
    "apostrophe", "`\u00b4\u2018\u2019\u201b\u2032\u02b9\u02bb\u02bc\ua78c\uff07"
)
def test_every_apostrophe_becomes_ascii(apostrophe: str) -> None:
    assert normalize_light(f"I don{apostrophe}t") == "I don't"
    assert normalize_light(f"{apostrophe}late{apostrophe}") == "'late'"


@pytest.mark.parametrize("quotes", ["\u201c\u201d", "\u201e\u201f", "\uff02\uff02", "\u275d\u275e"])
def test_every_quotation_mark_becomes_ascii(quotes: str) -> None:
    assert straighten_punctuation(f"{quotes[0]}late{quotes[1]}") == '"late"'


# Code points of small a: bold, sans-serif, script, double-struck, monospace, wide, circled.
@pytest.mark.parametrize("start", [0x1D41A, 0x1D5BA, 0x1D4EA, 0x1D552, 0x1D68A, 0xFF41, 0x24D0])
def test_styled_alphabets_become_plain(start: int) -> None:
    letters = "".join(chr(start + index) for index in range(26))
    assert fold_compatibility_characters(letters) == ascii_lowercase


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🅐🅦🅕🅤🅛 🄰🅆🄵🅄🄻 🅰🆆🅵🆄🅻 ⒜⒲⒡⒰⒧", "AWFUL AWFUL AWFUL awful"),
        ("\u1d43\u02b7\u1da0\u1d58\u02e1", "awful"),
        ("🇦🇼🇫🇺🇱 🇬🇴🇴🇩 🇦 🇫🇷🇩🇪", "AWFUL GOOD A 🇫🇷🇩🇪"),
        ("a\u0336w\u0336f\u0336u\u0336l\u0336 a\u0332w\u0332f\u0332u\u0332l\u0332", "awful awful"),
        ("a\u0337\u035dw\u0338\u0349f\u0335u\u0336l\u0334", "awful"),
        ("Gene\u0300ve", "Gen\u00e8ve"),
        ("aw\ufe0fful aw\u034fful \u3164", "awful awful "),
        ("\u00bd \u2026", "1/2 ..."),
    ],
)
def test_styled_letters_become_plain(text: str, expected: str) -> None:
    assert fold_compatibility_characters(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u1d00\u1d21\u0493\u1d1c\u029f", "awful"),
        ("\u0430wful \u0391wful", "awful Awful"),
        ("\u0441r\u0435w", "crew"),
        ("P\u0430r\u0456\u0455", "Paris"),
        ("\u0405h\u0435'\u0455 \u0456", "She's i"),
        ("\u0455\u0441\u0430r\u0443 \u0430 h\u043e\u0440\u0435", "scary a hope"),
        ("\u0421\u041e\u041c\u0415", "COME"),
        ("\u03b1\u03c9f\u03c5l", "awful"),
        ("\u15e9\u15ef\u15b4\u144c\u14aa", "awful"),
        ("t\u00ebrr\u00efbl\u00e9 L\u00f8v\u00e9 na\u00efve", "terrible Love naive"),
        ("#\u0430wful", "#awful"),
    ],
)
def test_a_word_with_homoglyphs_or_accents_becomes_ascii(text: str, expected: str) -> None:
    assert fold_homoglyphs(text) == expected


@pytest.mark.parametrize(
    "word",
    ["Gen\u00e8ve", "Gie\u00dfen", "\u0141\u00f3d\u017a", "\u00e0", "\u65c5\u884c", "\u03b2"],
)
def test_a_word_of_another_language_is_unchanged(word: str) -> None:
    assert fold_homoglyphs(word) == word


def test_tweets_in_other_alphabets_are_unchanged() -> None:
    with (Path(__file__).parent / "foreign_tweets.csv").open(encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file) if row["language"] in OTHER_ALPHABETS]
    assert len(texts) == 90
    assert list(map(fold_homoglyphs, texts)) == texts
