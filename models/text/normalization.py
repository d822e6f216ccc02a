"""Tweet normalisation, one implementation for training and serving.

Two pipelines, each a tuple of small pure functions applied in order:

- ``LIGHT`` keeps the wording and is what transformers read;
- ``FULL`` goes on to lemmas without stop words, for the bag of words and the recurrent models.

Every spelling of a text (entities, look-alike letters, emojis, apostrophes, links, elongations)
leaves ``LIGHT`` in one form. Nothing is loaded at import: dictionaries are read by their libraries
at the first use.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from models.text.elongations import shorten_elongations
from models.text.emojis import name_emojis
from models.text.letters import fold_compatibility_letters, fold_look_alikes, straighten_punctuation
from models.text.links import replace_links
from models.text.stop_words import STOP_WORDS

Step = Callable[[str], str]

USER = "<user>"
URL = "<url>"

_MENTION = re.compile(r"(?<![\w@])@\w+(?:@\w+)*")
_HASHTAG = re.compile(r"#(\w+)")
_CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
_CONTRACTED_NEGATION = re.compile(r"\b(?:can't|cannot|won't|shan't)\b|n't\b")
_WITHOUT_APOSTROPHE = re.compile(
    r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should|ca|wo|ai)nt\b"
)
_IRREGULAR_NEGATIONS = {
    "can't": "can not",
    "cannot": "can not",
    "won't": "will not",
    "shan't": "shall not",
}
_CONTRACTED_VERB = re.compile(r"'(?:m|re|s|ve|d|ll)\b")
_HAPPY = re.compile(r"(?<!\w)(?:[:;=][-o^']?[)\]D]+|[xX]D+|<3|\(:)(?!\w)")
_SAD = re.compile(r"(?<!\w)(?::'?[-o^]?[(\[/\\|]+|=\(+|D:|</3|\):)(?!\w)")
_TOKEN = re.compile(r"<user>|<url>|[^\W_]+|[!?]")

# A number, an hour, a flight, a seat, or an amount in a unit of one or two letters.
_NUMBER = re.compile(
    r"\b(?:\d[\d.,:/]*(?: ?(?i:[ap]\.?m)|[A-Za-z]{0,2})"
    r"|[A-Z]{2} \d{2,4}|[A-Z]{1,3}\d+[A-Z]?|[a-z]{1,3}\d{2,}[a-z]?)\b"
)
_RETWEET = re.compile(r"\brt\b", re.IGNORECASE)
# Flags of Scotland and the like are a black flag and letters that are not seen.
_FLAG_LETTERS = "\U000e0020-\U000e007f"
_STRAY_JOINER = re.compile(
    rf"(?<![\U0001f3f4{_FLAG_LETTERS}])[{_FLAG_LETTERS}]+|(?<=\w)\u200d+|(?<!\u200d)\u200d+(?=\w)"
)
_MOST_DECODINGS = 5


def unescape_entities(text: str) -> str:
    """Decode HTML entities until nothing changes, five times at most.

    Tweets archived by web tools are often escaped more than once.
    """
    for _ in range(_MOST_DECODINGS):
        if "&" not in text:
            break
        encoded, text = text, html.unescape(text)
        if text == encoded:
            break
    return text


def mask_links(text: str) -> str:
    return replace_links(text, URL)


def mask_mentions(text: str) -> str:
    return _MENTION.sub(USER, text) if "@" in text else text


def drop_control_characters(text: str) -> str:
    """Replace control characters by a space and drop invisible format ones.

    Those within emojis stay: joiners, and the letters of a flag.
    """
    if text.isprintable():
        return text
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Co"):
            kept.append(" ")
        elif category != "Cf" or character == "\u200d" or character >= "\U000e0020":
            kept.append(character)
    return _STRAY_JOINER.sub("", "".join(kept))


def squeeze_white_space(text: str) -> str:
    return " ".join(text.split())


def name_emoticons(text: str) -> str:
    return _SAD.sub(" frown ", _HAPPY.sub(" smile ", text))


def split_hashtags(text: str) -> str:
    """Split a hashtag into its words, by capitals or else by word frequencies (wordninja)."""
    return _HASHTAG.sub(lambda match: " ".join(_hashtag_words(match[1])), text)


# Splitting takes longer with each letter: 75 ms for a tag of a thousand.
_LONGEST_SPLIT_TAG = 40


@lru_cache(maxsize=4096)
def _hashtag_words(tag: str) -> tuple[str, ...]:
    parts = tuple(part for part in _CAMEL_CASE.split(tag) if part)
    if len(parts) > 1 or not tag.isascii() or not tag.isalpha() or len(tag) > _LONGEST_SPLIT_TAG:
        return parts
    import wordninja

    words = tuple(wordninja.split(tag))
    # A segmentation into mere letters means that the word is not in the dictionary.
    return words if all(len(word) > 1 or word in "aAiI" for word in words) else (tag,)


def fold_case(text: str) -> str:
    return text.lower()


def expand_negations(text: str) -> str:
    """Write contracted negations out, also "dont", so that "not" survives tokenising."""
    text = _WITHOUT_APOSTROPHE.sub(r"\1n't", text)
    return _CONTRACTED_NEGATION.sub(lambda m: _IRREGULAR_NEGATIONS.get(m[0], " not"), text)


def drop_punctuation(text: str) -> str:
    """Keep words, the two masks, and "!" and "?", which carry feeling; blank the rest."""
    return " ".join(_TOKEN.findall(_CONTRACTED_VERB.sub("", text)))


def lemmatize(text: str) -> str:
    return " ".join(map(_lemma, text.split()))


@lru_cache(maxsize=65536)
def _lemma(token: str) -> str:
    if not token.isalpha():
        return token
    import simplemma

    return simplemma.lemmatize(token, lang="en").lower()


def drop_stop_words(text: str) -> str:
    return " ".join(token for token in text.split() if token not in STOP_WORDS)


LIGHT: tuple[Step, ...] = (
    unescape_entities,
    # Before the masks: no spelling must hide a name or a link from them.
    drop_control_characters,
    straighten_punctuation,
    fold_compatibility_letters,
    fold_look_alikes,
    mask_links,
    mask_mentions,
    # After the masks: emojis and repeated letters in names and links say nothing.
    name_emojis,
    shorten_elongations,
    squeeze_white_space,
)

# Hashtags come before the case is folded, since their capitals are the best word boundaries.
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
    """A text after the light normalisation. Every pipeline takes it up from there."""

    __slots__ = ()


def apply(steps: Iterable[Step], text: str) -> str:
    for step in steps:
        text = step(text)
    return text


def normalize_light(text: str) -> LightText:
    """Text for transformers: plain letters, emojis by name, links and mentions masked.

    A ``LightText`` is returned as it is.
    """
    return text if isinstance(text, LightText) else LightText(apply(LIGHT, text))


def normalize_full(text: str) -> str:
    """Space-separated lemmas without stop words; the empty string where nothing remains."""
    return apply(_LIGHT_TO_FULL, normalize_light(text))


def is_empty(text: str) -> bool:
    """Whether no word is left after mentions, links, numbers and the sign of a retweet.

    Emojis and emoticons are words, flights ("AF006") and hours ("7 pm") are numbers.
    """
    text = name_emoticons(normalize_light(text)).replace(USER, " ").replace(URL, " ")
    text = _RETWEET.sub(" ", _NUMBER.sub(" ", text))
    return not any(map(str.isalpha, text))
