"""Words with letters repeated for emphasis ("sooo baaaad")."""

import re
from functools import lru_cache
from itertools import groupby, islice, product

from models.text.lexicon import is_english

_LIKELY_RUN = re.compile("([a-z\u0080-\U0010ffff])\\1\\1")
_WORD = re.compile(r"[^\W\d_]+")
_ROMAN_NUMERAL = re.compile(r"[IVX]+")
_MOST_SPELLINGS = 16


def shorten_elongations(text: str) -> str:
    """Cut each run of three or more equal letters to the two or the one of an English word.

    Two letters are tried first: "goooood" becomes "good", "sooo" becomes "so". A word that the
    dictionary has neither way keeps two: "zzzzyx" becomes "zzyx".
    """
    # A quick test: a regular expression that ignores case takes four times as long.
    if not _LIKELY_RUN.search(text.lower()):
        return text
    return _WORD.sub(lambda match: shorten_word(match[0]), text)


@lru_cache(maxsize=4096)
def shorten_word(word: str) -> str:
    """One word without runs of three or more equal letters; Roman numerals keep theirs."""
    if _ROMAN_NUMERAL.fullmatch(word):
        return word
    runs = ["".join(letters) for _, letters in groupby(word, str.lower)]
    choices = [(run[:2], run[:1]) if len(run) > 2 else (run,) for run in runs]
    spellings = ["".join(parts) for parts in islice(product(*choices), _MOST_SPELLINGS)]
    found = (spelling for spelling in spellings if len(spelling) > 1 and is_english(spelling))
    return next(found, spellings[0])
