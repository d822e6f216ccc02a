"""Elongations: words with letters repeated for emphasis ("sooo baaaad")."""

import re
from functools import lru_cache
from itertools import groupby, islice, product

from models.text.lexicon import is_english

_LIKELY_RUN = re.compile("([a-z\u0080-\U0010ffff])\\1\\1")
_WORD = re.compile(r"[^\W\d_]+")
_ROMAN_NUMERAL = re.compile(r"[IVX]+")
_MAX_SPELLINGS = 16


def shorten_elongations(text: str) -> str:
    """Shorten each run of three or more equal letters to two letters or one.

    The first spelling that is an English word is taken. Spellings with two letters come before
    spellings with one: "goooood" becomes "good", "sooo" becomes "so". Without an English spelling,
    two letters remain: "zzzzyx" becomes "zzyx".
    """
    # Lower-casing before the search takes a quarter of the time of a case-insensitive expression.
    if not _LIKELY_RUN.search(text.lower()):
        return text
    return _WORD.sub(lambda match: shorten_word(match[0]), text)


@lru_cache(maxsize=4096)
def shorten_word(word: str) -> str:
    """``shorten_elongations`` of one word. Roman numerals stay as they are."""
    if _ROMAN_NUMERAL.fullmatch(word):
        return word
    runs = ["".join(letters) for _, letters in groupby(word, str.lower)]
    choices = [(run[:2], run[:1]) if len(run) > 2 else (run,) for run in runs]
    spellings = ["".join(parts) for parts in islice(product(*choices), _MAX_SPELLINGS)]
    english = (spelling for spelling in spellings if len(spelling) > 1 and is_english(spelling))
    return next(english, spellings[0])
