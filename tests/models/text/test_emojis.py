import emoji
import pytest

from models.text.normalization import normalize_full, normalize_light


@pytest.mark.parametrize(
    ("emojis", "expected"),
    [
        ("👍", "thumb up"),
        ("👍🏽", "thumb up"),
        ("👍🏿👍🏻", "thumb up thumb up"),
        ("👩🏽\u200d🚀", "woman astronaut"),
        ("❤️", "red heart"),
        ("🇫🇷", "france"),
    ],
)
def test_emojis_become_their_names_without_skin_tone(emojis: str, expected: str) -> None:
    assert normalize_full(f"landed{emojis}") == f"land {expected}"


@pytest.mark.parametrize(
    ("emojis", "expected"),
    [
        ("😡😡", "enraged face enraged face"),
        ("\u2639", "frowning face"),
        ("\u2639\ufe0f", "frowning face"),
        ("\u2764", "red heart"),
        ("\u2764\ufe0e", "red heart"),
        ("\u2764\ufe0f", "red heart"),
        ("\u203c\ufe0f", "!!"),
        ("5\ufe0f\u20e3", "5"),
        ("👨\u200d👩\u200d👧", "family man woman girl"),
        ("👩\u200d😡", "woman enraged face"),
        ("🇫🇷🇩🇪", "France Germany"),
        ("🇨🇮🇹🇷", "Cote d'Ivoire Turkiye"),
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "Scotland"),
        ("㊗", "Japanese congratulations button"),
        ("©️ ® ™", ""),
    ],
)
def test_the_light_normalisation_names_emojis(emojis: str, expected: str) -> None:
    assert normalize_light(emojis) == expected


def test_names_are_separated_from_words_by_spaces() -> None:
    assert normalize_light("so😡bad😡") == "so enraged face bad enraged face"


def test_the_name_of_every_emoji_is_ascii() -> None:
    for character in emoji.EMOJI_DATA:
        assert normalize_light(character).isascii(), character
