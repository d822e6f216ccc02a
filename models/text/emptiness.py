"""Texts that are empty: nothing in them can be positive or negative."""

import re

from models.text.emoticons import name_emoticons
from models.text.normalization import URL, USER, normalize_light

# A number, a time of day, a flight, a seat, or an amount in a unit of one or two letters.
_NUMBER = re.compile(
    r"\b(?:\d[\d.,:/]*(?: ?(?i:[ap]\.?m)|[A-Za-z]{0,2})"
    r"|[A-Z]{2} \d{2,4}|[A-Z]{1,3}\d+[A-Z]?|[a-z]{1,3}\d{2,}[a-z]?)\b"
)
# Numbers, emoticons without words and the sign of a retweet have no run of four letters.
_LONG_WORD = re.compile(r"[^\W\d_]{4}")
_RETWEET = re.compile(r"\brt\b", re.IGNORECASE)


def is_empty(text: str) -> bool:
    """Whether a text holds no word besides mentions, links, numbers and the sign of a retweet.

    Emojis and emoticons count as words, flights ("AF006") and times ("7 pm") as numbers.
    """
    text = normalize_light(text).replace(USER, " ").replace(URL, " ")
    if _LONG_WORD.search(text):
        return False
    text = _RETWEET.sub(" ", _NUMBER.sub(" ", name_emoticons(text)))
    return not any(map(str.isalpha, text))
