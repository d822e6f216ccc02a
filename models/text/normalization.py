"""Normalisation of tweets, the same for training and serving.

There are two pipelines. Each is a tuple of pure functions that are applied in order:

- ``LIGHT`` keeps the wording. Transformers use it.
- ``FULL`` continues to lemmas without stop words. Bags of words and recurrent networks use it.

Texts that differ in spelling alone (entities, homoglyphs, emojis, apostrophes, links, elongations)
are equal after ``LIGHT``. Libraries load their dictionaries at the first use, not at import.
"""

import html
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

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
from models.text.links import replace_links
from models.text.negations import expand_negations
from models.text.stop_words import STOP_WORDS

Step = Callable[[str], str]

USER = "<user>"
"""Mask of mentions."""

URL = "<url>"
"""Mask of links."""

_MENTION = re.compile(r"(?<![\w@])@\w+(?:@\w+)*")
_CONTRACTED_VERB = re.compile(r"'(?:m|re|s|ve|d|ll)\b")
_TOKEN = re.compile(r"<user>|<url>|[^\W_]+|[!?]")
_MAX_DECODINGS = 5


def unescape_entities(text: str) -> str:
    """Decode HTML entities until nothing changes, five times at most.

    Archives of tweets are often escaped more than once.
    """
    for _ in range(_MAX_DECODINGS):
        if "&" not in text:
            break
        encoded, text = text, html.unescape(text)
        if text == encoded:
            break
    return text


def mask_links(text: str) -> str:
    """Write ``URL`` for each link."""
    return replace_links(text, URL)


def mask_mentions(text: str) -> str:
    """Write ``USER`` for each mention."""
    return _MENTION.sub(USER, text) if "@" in text else text


def squeeze_white_space(text: str) -> str:
    """Write one space for each run of white space, none at the ends."""
    return " ".join(text.split())


def fold_case(text: str) -> str:
    """Lower-case the text."""
    return text.lower()


def drop_punctuation(text: str) -> str:
    """Keep words, masks, "!" and "?". The last two express feeling."""
    if "'" in text:
        text = _CONTRACTED_VERB.sub("", text)
    return " ".join(_TOKEN.findall(text))


def lemmatize(text: str) -> str:
    """Write the lemma of each token (simplemma)."""
    return " ".join(map(_lemma, text.split()))


@lru_cache(maxsize=65536)
def _lemma(token: str) -> str:
    if not token.isalpha():
        return token
    import simplemma

    return simplemma.lemmatize(token, lang="en").lower()


def drop_stop_words(text: str) -> str:
    """Delete the tokens of ``STOP_WORDS``."""
    return " ".join(token for token in text.split() if token not in STOP_WORDS)


LIGHT: tuple[Step, ...] = (
    unescape_entities,
    # Before the masks, so that no spelling hides a name or a link from them.
    drop_control_characters,
    straighten_punctuation,
    fold_compatibility_characters,
    fold_homoglyphs,
    mask_links,
    mask_mentions,
    # After the masks, since emojis and repeated letters in names and links mean nothing.
    name_emojis,
    shorten_elongations,
    squeeze_white_space,
)

# Hashtags are split before the case is folded, since capitals are the best word boundaries.
_LIGHT_TO_FULL: tuple[Step, ...] = (
    name_emoticons,
    split_hashtags,
    fold_case,
    expand_negations,
    drop_punctuation,
    lemmatize,
    drop_stop_words,
)
FULL: tuple[Step, ...] = (*LIGHT, *_LIGHT_TO_FULL)


class LightText(str):
    """A text after the light normalisation. Every other pipeline starts from it."""

    __slots__ = ()


def apply(steps: Iterable[Step], text: str) -> str:
    """The text after all steps, in order."""
    for step in steps:
        text = step(text)
    return text


def normalize_light(text: str) -> LightText:
    """The text after ``LIGHT``: plain letters, emojis by name, links and mentions masked.

    A ``LightText`` is returned as it is.
    """
    return text if isinstance(text, LightText) else LightText(apply(LIGHT, text))


def normalize_full(text: str) -> str:
    """The text after ``FULL``: lemmas separated by spaces, without stop words. May be empty."""
    return apply(_LIGHT_TO_FULL, normalize_light(text))
