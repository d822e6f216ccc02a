import pytest

from models.text.emptiness import is_empty


@pytest.mark.parametrize(
    "text",
    ["", "...", "!!!", "#", "@AirParadis", "@AirParadis @Someone", "https://t.co/x", "x.com/y",
     "12:45", "12:45 PM", "7.30 p.m.", "1234", "1,200", "5pm", "10th", "$200", "50%", "12C",
     "AF006", "af006", "AF 006", "#AF006", "A380", "RT @x", "rt @x https://t.co/x", "\u00a9",
     "5\ufe0f\u20e3", "@x 12:45 AF006 https://t.co/x !!!"],
)  # fmt: skip
def test_a_text_of_mentions_links_and_numbers_alone_is_empty(text: str) -> None:
    assert is_empty(text)


@pytest.mark.parametrize(
    "text",
    ["ok", "x", "😡", "❤", ":(", ":)", "<3", "#fail", "late AF006", "gr8", "2nite", "RT @x late",
     "\u822a\u73ed", "@x no", "12:45 again"],
)  # fmt: skip
def test_a_text_with_a_word_an_emoji_or_an_emoticon_is_not_empty(text: str) -> None:
    assert not is_empty(text)
