"""Features of a tweet, measured in a few microseconds. Drift is a change of their distribution.

The features do not use ``models.text.normalization``, which takes several times as long. Mentions
and links are left out, and so are the masks that replace them in stored feedback. A tweet and its
scrubbed form therefore have nearly the same features.
"""

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable

from models.text.normalization import unescape_entities

TEXT_FEATURES = ("length", "unknown_words", "emojis", "hashtags")
"""``length``: number of characters. ``unknown_words`` and ``hashtags``: shares of the words.
``emojis``: share of words and emojis. Shares lie in [0, 1]."""

_MAX_WORDS = 5000
_MIN_TWEETS = 2

# Every alternative begins with a literal: with a leading group the search takes six times as long.
_MASKED = re.compile(r"https?://\S+|www\.\S+|@\w+|<(?:user|url|email|phone|card)>")
_HASHTAG = re.compile(r"(?<!\w)#\w")
# A pictograph and its modifiers: skin tone, variation selector, joiner, tag. A flag counts as two.
_EMOJI = re.compile(
    "[\u203c\u2049\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa\u25aa\u25ab\u25b6\u25c0"
    "\u25fb-\u25fe\u2600-\u27bf\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f000-\U0001f0ff\U0001f170-\U0001f171\U0001f17e-\U0001f17f\U0001f18e"
    "\U0001f191-\U0001f19a\U0001f1e6-\U0001f1ff\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
    "[\u200d\u20e3\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
)
_EDGES = string.punctuation + string.digits + "\u2018\u2019\u201c\u201d\u2026\u2013\u2014"


def measure(text: str, is_known: Callable[[str], bool]) -> tuple[float, float, float, float]:
    """The values of ``TEXT_FEATURES``. ``is_known`` is true for the frequent words of training."""
    tokens, emojis = _tokens(text)
    visible = " ".join(tokens)
    words = _words(tokens)
    count = len(words) or 1
    unknown = len(words) - sum(map(is_known, words))
    hashtags = len(_HASHTAG.findall(visible)) if "#" in visible else 0
    return (
        len(visible) + emojis,
        unknown / count,
        emojis / (len(words) + emojis or 1),
        min(1.0, hashtags / count),
    )


def frequent_words(texts: Iterable[str]) -> tuple[str, ...]:
    """The 5,000 words that occur in most tweets, each in at least two, sorted."""
    tweets_with = Counter(word for text in texts for word in set(_words(_tokens(text)[0])))
    repeated = [word for word, tweets in tweets_with.items() if tweets >= _MIN_TWEETS]
    ranked = sorted(repeated, key=lambda word: (-tweets_with[word], word))
    return tuple(sorted(ranked[:_MAX_WORDS]))


def _tokens(text: str) -> tuple[list[str], int]:
    """Lower-case tokens between white space, without emojis, and the number of emojis."""
    if "&" in text:
        text = unescape_entities(text)
    text, emojis = text.lower(), 0
    if not text.isascii():
        text, emojis = _EMOJI.subn(" ", text)
    if "@" in text or "//" in text or "<" in text or "www." in text:
        text = _MASKED.sub(" ", text)
    return text.split(), emojis


def _words(tokens: list[str]) -> list[str]:
    # Splitting and stripping is faster than a regular expression for words.
    return [word for token in tokens if (word := token.strip(_EDGES))]
