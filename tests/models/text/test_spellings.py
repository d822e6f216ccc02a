"""Different spellings of a text are equal after normalisation, so that their scores are equal."""

import html
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.lstm.vocabulary import split_words
from models.text.normalization import normalize_full, normalize_light

NORMALIZATIONS: dict[str, Callable[[str], str]] = {
    "light": normalize_light,
    "full": normalize_full,
    "words": lambda text: " ".join(split_words(text, "words")),
}

# Words that a repeated letter does not turn into another English word.
WORDS = st.sampled_from(
    ["awful", "terrible", "horrible", "flight", "again", "never", "lovely", "happy", "great",
     "service", "cancelled", "nothing", "wonderful"]
)  # fmt: skip
CYRILLIC = str.maketrans(
    "aceopxyisj", "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0455\u0458"
)
GREEK = str.maketrans("aoptv", "\u03b1\u03bf\u03c1\u03c4\u03bd")
SMALL_CAPITALS = str.maketrans(
    "abcdefghijklmnoprtuvwz",
    "\u1d00\u0299\u1d04\u1d05\u1d07\u0493\u0262\u029c\u026a\u1d0a\u1d0b\u029f\u1d0d\u0274\u1d0f"
    "\u1d18\u0280\u1d1b\u1d1c\u1d20\u1d21\u1d22",
)
ACCENTS = str.maketrans("aeiou", "\u00e4\u00e9\u00ef\u00f8\u00fb")
STYLES = (0x1D41A, 0x1D4EA, 0x1D552, 0x1D5BA, 0x1D68A, 0xFF41, 0x24D0, 0x249C)
INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u00ad", "\u2060", "\ufe0f", "\u034f", "\u202e")
MARKS = ("\u0336", "\u0335", "\u0338", "\u0332", "\u0330\u0349", "\u20dd", "\u035d\u0315")


def styled(word: str, start: int) -> str:
    return "".join(
        chr(start + ord(letter) - ord("a")) if "a" <= letter <= "z" else letter for letter in word
    )


def with_homoglyphs(word: str, letters: dict[int, int]) -> str:
    """The word with all letters but the first from another alphabet."""
    return word[0] + word[1:].translate(letters)


@st.composite
def respelled_words(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and another spelling of it."""
    plain = word = draw(WORDS)
    if draw(st.booleans()):
        place = draw(st.integers(0, len(word) - 1))
        word = word[:place] + word[place] * draw(st.integers(2, 6)) + word[place:]
    letters: list[Callable[[str], str]] = [
        lambda word: word,
        lambda word: with_homoglyphs(word, CYRILLIC),
        lambda word: with_homoglyphs(word, GREEK),
        lambda word: word.translate(SMALL_CAPITALS),
        lambda word: word.translate(ACCENTS),
        lambda word: unicodedata.normalize("NFD", word.translate(ACCENTS)),
        *(lambda word, start=start: styled(word, start) for start in STYLES),
    ]
    word = draw(st.sampled_from(letters))(word)
    glue = draw(st.sampled_from(["", *INVISIBLE, *MARKS]))
    word = "".join(letter + glue for letter in word)
    if draw(st.booleans()):
        word = "".join(f"&#{ord(letter)};" for letter in word)
    return plain, word


PAIRS = [
    ("@AirParadis", ["@AirParadis", "\uff20AirParadis", "@Air\u200bParadis", "&#64;AirParadis"]),
    ("https://airparadis.com/awful", ["airparadis.com/lovely", "bit.ly/3xYz", "www.airparadis.fr",
                                      "airparadis.com", styled("airparadis.com", 0xFF41),
                                      "\u0430irparadis.com", "HTTPS://X.EXAMPLE/"]),
    ("#awful", ["\uff03awful", "#\u0430wful", "&num;awful", f"#{styled('awful', 0x1D41A)}"]),
    ("didn't", [f"didn{sign}t" for sign in "`\u00b4\u2018\u2019\u2032\u02bc\ua78c\uff07"]
               + ["didn&rsquo;t", "didn&amp;#39;t", "d\u0456dn\u2019t"]),
    ('"great"', ["\u201cgreat\u201d", "\u201egreat\u201f", "&quot;great&#34;"]),
    ("\u2764\ufe0f", ["\u2764", "\u2764\ufe0e", "&#10084;", "red heart"]),
    ("👍", ["👍🏽", "👍🏿\ufe0f", "&#128077;", "thumbs up"]),
    ("👩\u200d🚀", ["👩🏽\u200d🚀", "woman astronaut"]),
    ("😡😡", ["😡 😡", "😡\u200d😡", "enraged face enraged face"]),
    (":(", ["\uff1a(", ":\uff08", "&#58;(", ":\u200b("]),
    ("<3", ["&lt;3", "&amp;amp;amp;lt;3", "\uff1c3", "&#x3C;3"]),
    ("!?", ["\u2049", "\u2049\ufe0f", "\uff01\uff1f", "!\u200b?"]),
    ("!!", ["\u203c", "\u203c\ufe0f", "\uff01!"]),
    ("...", ["\u2026", "&hellip;"]),
    ("AWFUL", ["🅰🆆🅵🆄🅻", "🅐🅦🅕🅤🅛", "🄰🅆🄵🅄🄻", "🇦🇼🇫🇺🇱", "A\u0336W\u0336F\u0336U\u0336L\u0336"]),
]  # fmt: skip


@st.composite
def respelled_tweets(draw: st.DrawFn) -> tuple[str, str]:
    """A tweet, and another spelling of it."""
    signs = st.sampled_from(PAIRS).flatmap(
        lambda pair: st.tuples(st.just(pair[0]), st.sampled_from(pair[1]))
    )
    pieces = draw(st.lists(respelled_words() | signs, min_size=1, max_size=8))
    space = draw(st.sampled_from([" ", "  ", "\n", "\u00a0", "&nbsp;", "\u3000"]))
    plain, other = " ".join(plain for plain, _ in pieces), space.join(word for _, word in pieces)
    return plain, html.escape(other) if draw(st.booleans()) else other


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize(
    ("plain", "other"), [(plain, other) for plain, others in PAIRS for other in others]
)
def test_each_spelling_is_normalised_like_the_plain_text(
    plain: str, other: str, normalization: str
) -> None:
    normalize = NORMALIZATIONS[normalization]
    assert normalize(f"so {other} yes") == normalize(f"so {plain} yes")


@settings(deadline=None, max_examples=300)
@given(respelled_tweets())
def test_combined_spellings_are_normalised_like_the_plain_text(tweet: tuple[str, str]) -> None:
    plain, other = tweet
    for normalize in NORMALIZATIONS.values():
        assert normalize(other) == normalize(plain)
