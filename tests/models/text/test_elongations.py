import pytest

from models.text.elongations import shorten_elongations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sooo baaaad", "so bad"),
        ("goooood", "good"),
        ("haaaappy", "happy"),
        ("noooo", "no"),
        ("sooooo goood, feet", "so good, feet"),
        ("allll yesss pleaaaaase", "all yes please"),
        ("baaaaaaadddd niiiiceeee", "bad nice"),
        ("SOOO Nooo SoOoO", "SO No So"),
        ("#sooo", "#so"),
    ],
)
def test_an_elongation_becomes_an_english_word(text: str, expected: str) -> None:
    assert shorten_elongations(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zzzzyx", "zzyx"),
        ("zzz", "zz"),
        ("Zyxxx", "Zyxx"),
        ("aaaa", "aa"),
        ("xxxyyyzzzwwwvvv", "xxyyzzwwvv"),
    ],
)
def test_an_elongated_unknown_word_keeps_two_letters(text: str, expected: str) -> None:
    assert shorten_elongations(text) == expected


@pytest.mark.parametrize(
    "text", ["feet, good, committee", "1000 ... !!!", "Terminal III", "\u3042" * 2]
)
def test_other_repetitions_are_unchanged(text: str) -> None:
    assert shorten_elongations(text) == text
