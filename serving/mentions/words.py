"""Content words of tweets, and the words that many different tweets share."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.answers import LABELS
from models.text.control_characters import drop_control_characters
from models.text.homoglyphs import straighten_punctuation
from models.text.normalization import URL, USER, mask_links, mask_mentions, unescape_entities
from models.text.stop_words import STOP_WORDS

_MASK = re.compile(f"{USER}|{URL}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CONTRACTED_VERB = re.compile(r"'(?:m|re|s|ve|d|ll)$")
_MOST_WORDS = 40
_LONGEST_WORD = 40
LEAST_TEXTS = 5
"""A word that fewer different texts share is not shown."""
_NEGATIVE = LABELS[0]


@dataclass(frozen=True)
class FrequentWord:
    """A word that ``texts`` different texts share, of which ``negative`` are negative."""

    word: str
    texts: int
    negative: int


@dataclass(frozen=True)
class WordsOfText:
    """The distinct content words of a text, its keyed hash, and the label of its mention."""

    text_key: str
    label: str
    words: frozenset[str]


def content_words(text: str) -> tuple[str, ...]:
    """The distinct content words and emojis of a tweet, lower-case and sorted, 40 at most.

    The order of the tweet is lost. Links, mentions, e-mail addresses, stop words, single letters
    and words with a digit, such as phone and booking numbers, are left out. A hashtag is a word.
    """
    text = unicodedata.normalize("NFKC", drop_control_characters(unescape_entities(text)))
    # Links and mentions have masks before straight quotes could join them with a word.
    text = _MASK.sub(" ", mask_mentions(mask_links(text)))
    text = " ".join(part for part in straighten_punctuation(text).split() if "@" not in part)
    words = {_CONTRACTED_VERB.sub("", word) for word in _WORD.findall(text.lower())}
    kept = {word for word in words if _is_content(word)}
    return tuple(sorted(kept | _emojis(text))[:_MOST_WORDS])


def frequent_words(
    texts: Iterable[WordsOfText],
    usual: Mapping[str, float],
    most: int,
    least_texts: int = LEAST_TEXTS,
) -> list[FrequentWord]:
    """Words that at least ``least_texts`` different texts share, the most telling first.

    Equal texts count once. ``usual`` is the usual share of texts with a word. The order is that of
    the excess over the usual number, divided by the square root of the usual number plus 1.
    """
    distinct = {text.text_key: text for text in texts}
    counts, negative = Counter[str](), Counter[str]()
    for text in distinct.values():
        counts.update(text.words)
        if text.label == _NEGATIVE:
            negative.update(text.words)
    shared = [word for word, count in counts.items() if count >= least_texts]

    def excess(word: str) -> float:
        expected = usual.get(word, 0.0) * len(distinct)
        return float((counts[word] - expected) / (expected + 1) ** 0.5)

    shared.sort(key=lambda word: (-excess(word), word))
    return [FrequentWord(word, counts[word], negative[word]) for word in shared[:most]]


def _is_content(word: str) -> bool:
    return (
        1 < len(word) <= _LONGEST_WORD
        and word not in STOP_WORDS
        and not any(character.isdigit() for character in word)
    )


def _emojis(text: str) -> set[str]:
    if text.isascii():
        return set()
    import emoji

    return set(emoji.distinct_emoji_list(text))
