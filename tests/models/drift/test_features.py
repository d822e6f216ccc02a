import emoji
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.drift.features import TEXT_FEATURES, frequent_words, measure

KNOWN = frozenset(["the", "crew", "was", "lovely", "don't", "happy", "thanks"]).__contains__


def figures(text: str) -> dict[str, float]:
    return dict(zip(TEXT_FEATURES, measure(text, KNOWN), strict=True))


def test_a_tweet_is_measured_by_length_unknown_words_emojis_and_hashtags() -> None:
    measured = figures("The crew was  lovely, #happy \U0001f60d\U0001f44d\U0001f3fd zzyx!")
    assert measured == {
        "length": len("The crew was lovely, #happy zzyx!") + 2,
        "unknown_words": 1 / 6,
        "emojis": 2 / 8,
        "hashtags": 1 / 6,
    }


@pytest.mark.parametrize(
    "text",
    [
        "@jane THANKS https://x.example/1?a=b www.x.example",
        "<user> thanks <url> <url>",
        "thanks <email> <phone> <card>",
    ],
)
def test_masks_mentions_and_links_do_not_count(text: str) -> None:
    assert figures(text) == figures("thanks")


def test_an_entity_counts_as_its_character() -> None:
    assert figures("don&#39;t &amp;") == figures("don't &")
    assert figures("don&#39;t")["hashtags"] == 0


@given(st.text(max_size=300))
def test_the_features_of_any_text_lie_in_their_ranges(text: str) -> None:
    measured = figures(text)
    # An emoji within a word counts as a character and splits the word.
    assert 0 <= measured.pop("length") <= 2 * len(text)
    assert all(0 <= share <= 1 for share in measured.values())


def test_every_emoji_of_the_emoji_library_is_found() -> None:
    # Symbols that are text unless a variation selector follows, and the digits of keycaps.
    as_text = set("©®™ℹ↔↕↖↗↘↙↩↪⤴⤵〰〽㊗㊙Ⓜ#*0123456789")  # noqa: RUF001
    modifiers = set("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
    for sequence in emoji.EMOJI_DATA:
        if sequence[0] not in as_text | modifiers:
            assert figures(f"the {sequence}")["emojis"] > 0, sequence
        if (as_text | modifiers).isdisjoint(sequence[:1]) and as_text.isdisjoint(sequence):
            assert figures(f"the {sequence}")["unknown_words"] == 0, sequence


@pytest.mark.parametrize("text", ["déjà vu", "naïve Ünïcode", "你好", "привет", "“quoted” — dash…"])
def test_other_scripts_are_no_emojis(text: str) -> None:
    assert figures(text)["emojis"] == 0


def test_frequent_words_occur_in_at_least_two_tweets() -> None:
    texts = ["Crew, crew, crew!", "the LOVELY seat", "a lovely @jane", "@jane and the zebra"]
    assert frequent_words(texts) == ("lovely", "the")


def test_the_most_frequent_words_are_kept() -> None:
    letters = [chr(0x4E00 + number) for number in range(6000)]
    texts = [f"{letter} often" for letter in letters] * 2
    words = frequent_words(texts)
    assert len(words) == 5000
    assert "often" in words
    assert words == tuple(sorted(words))
