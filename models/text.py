"""Tweet normalisation, one implementation for training and serving.

Two pipelines, each a tuple of small pure functions applied in order:

- ``LIGHT`` keeps the wording and is what transformers read;
- ``FULL`` goes on to lemmas without stop words, for the bag of words and the recurrent models.

Nothing is loaded at import: dictionaries are read by their libraries at the first use.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

Step = Callable[[str], str]

USER = "<user>"
URL = "<url>"

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w@])@\w+(?:@\w+)*")
_HASHTAG = re.compile(r"#(\w+)")
_CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
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
_SKIN_TONE = re.compile("[\U0001f3fb-\U0001f3ff]")
_EMOJI_NAME = re.compile("\ue000([^\ue000]*)\ue000")
_TOKEN = re.compile(r"<user>|<url>|[^\W_]+|[!?]")

# Frequent words that carry no opinion. Kept out of the list on purpose: negations ("not", "no",
# "never", "nothing"), contrast ("but", "although") and degree ("very", "too", "so", "only").
STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "during",
        "for",
        "from",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "hers",
        "herself",
        "him",
        "himself",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "itself",
        "let",
        "me",
        "my",
        "myself",
        "of",
        "off",
        "on",
        "or",
        "our",
        "ours",
        "ourselves",
        "out",
        "over",
        "own",
        "rt",
        "she",
        "should",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "theirs",
        "them",
        "themselves",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "under",
        "until",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "yours",
        "yourself",
        "yourselves",
    ]
)


def unescape_entities(text: str) -> str:
    """Decode HTML entities; twice, as tweets archived by web tools are often escaped twice."""
    return html.unescape(html.unescape(text))


def mask_links(text: str) -> str:
    return _LINK.sub(URL, text)


def mask_mentions(text: str) -> str:
    return _MENTION.sub(USER, text)


def drop_control_characters(text: str) -> str:
    """Replace control characters by a space and drop invisible format ones but the emoji joiner."""
    if text.isprintable():
        return text
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Co"):
            kept.append(" ")
        elif category != "Cf" or character == "\u200d":
            kept.append(character)
    return "".join(kept)


def squeeze_white_space(text: str) -> str:
    return " ".join(text.split())


def straighten_quotes(text: str) -> str:
    return text.replace("\u2019", "'").replace("\u2018", "'")


def name_emojis(text: str) -> str:
    """Write each emoji as its CLDR short name in words, whatever its skin tone."""
    if text.isascii():
        return text
    import emoji

    named = emoji.demojize(_SKIN_TONE.sub("", text), delimiters=(" \ue000", "\ue000 "))
    return _EMOJI_NAME.sub(lambda match: match[1].replace("_", " "), named)


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


def shorten_repeated_letters(text: str) -> str:
    """Cut runs of three or more equal letters to two: "sooooo" becomes "soo"."""
    return _REPEATED.sub(r"\1\1", text)


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
    # Before the masks: an invisible character must not hide a name or a link from them.
    drop_control_characters,
    mask_links,
    mask_mentions,
    squeeze_white_space,
)

# Hashtags come before the case is folded, since their capitals are the best word boundaries.
FULL: tuple[Step, ...] = (
    *LIGHT,
    straighten_quotes,
    name_emojis,
    name_emoticons,
    split_hashtags,
    fold_case,
    shorten_repeated_letters,
    expand_negations,
    drop_punctuation,
    lemmatize,
    drop_stop_words,
)


def apply(steps: Iterable[Step], text: str) -> str:
    for step in steps:
        text = step(text)
    return text


def normalize_light(text: str) -> str:
    """Text for transformers: entities decoded, links and mentions masked, white space squeezed."""
    return apply(LIGHT, text)


def normalize_full(text: str) -> str:
    """Space-separated lemmas without stop words; the empty string where nothing remains."""
    return apply(FULL, text)
