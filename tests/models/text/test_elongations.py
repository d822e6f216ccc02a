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
def test_elongations_become_the_word_that_they_stand_for(text: str, expected: str) -> None:
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
def test_an_unknown_word_keeps_two_letters(text: str, expected: str) -> None:
    assert shorten_elongations(text) == expected


@pytest.mark.parametrize(
    "text", ["feet, good, committee", "1000 ... !!!", "Terminal III", "\u3042" * 2]
)
def test_what_is_no_elongation_stays(text: str) -> None:
    assert shorten_elongations(text) == text
