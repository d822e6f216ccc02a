"""The language that a tweet is written in.

By py3langid, after M. Lui & T. Baldwin, "langid.py: an off-the-shelf language identification tool",
2012.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from models.text.emojis import name_emojis
from models.text.lexicon import is_english
from models.text.normalization import LIGHT, URL, USER, apply

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

# The light normalisation without the names of emojis, which are English in every language.
_STEPS = tuple(step for step in LIGHT if step is not name_emojis)
_MASK = re.compile(f"{USER}|{URL}")
_WORD = re.compile(r"[^\s']+(?:'[^\s']+)*")
_LAUGH = re.compile(r"[a-z]{0,3}?(?:[hj][aeiou]){2,}[hj]?|heh|lo+l|xd+", re.IGNORECASE)

# The languages that short tweets in Latin letters are told apart in: of all 140 that py3langid
# knows, one would be likelier than English for every second shout. Others resemble one of these.
_LATIN = frozenset(
    ["cs", "da", "de", "en", "es", "fi", "fr", "id", "it", "nl", "pl", "pt", "ro", "sv", "tl", "tr"]
)
_LEAST_PROBABILITY = 0.1
_FEWEST_WORDS = 2
_FEW_WORDS = 3
# English of chats that the dictionary lacks.
_CHAT = frozenset(
    ["bc", "bruh", "btw", "congrats", "cuz", "dm", "fml", "ftw", "gonna", "idk", "ikr", "imho",
     "imo", "jk", "kinda", "lmfao", "meh", "ngl", "np", "nvm", "ofc", "omw", "outta", "ppl", "rofl",
     "smh", "sorta", "tbh", "tgif", "thanx", "thnx", "thx", "tmrw", "ty", "tysm", "wth", "yaas",
     "yall", "yup"]
)  # fmt: skip


def is_foreign(text: str, languages: Sequence[str]) -> bool:
    """Whether a tweet is written in none of ``languages``, ISO 639-1 codes ("en").

    A tweet in Latin letters is foreign where all ``languages`` together have a probability below
    0.1. One of a single word never is, nor are three words that English has all. A tweet mostly in
    other letters is foreign to languages in Latin letters. Mentions, links, numbers, emojis
    and laughs say nothing.

    The first call loads the model: 1 s and 75 MB. Raises ValueError for a code that py3langid
    does not know. Calls from several threads are safe.
    """
    unknown = set(languages) - _labels()
    if unknown:
        raise ValueError(f"py3langid does not know the languages {', '.join(sorted(unknown))}")
    words = _words(text)
    latin = _mostly_latin(words)
    if latin and _is_too_short(words, languages):
        return False
    among = _LATIN | set(languages) if latin else _labels()
    probabilities = dict(_identifier().rank(" ".join(words)))
    total = sum(probabilities[language] for language in among)
    own = sum(probabilities[language] for language in among.intersection(languages))
    return bool(own < _LEAST_PROBABILITY * total)


def _words(text: str) -> list[str]:
    shown = _MASK.sub(" ", apply(_STEPS, text))
    letters = "".join(character if _belongs_to_word(character) else " " for character in shown)
    return [word for word in _WORD.findall(letters) if _says_something(word)]


def _says_something(word: str) -> bool:
    # Faces are made of single letters from anywhere.
    return not _LAUGH.fullmatch(word) and (len(word) > 1 or _has_latin_letter(word))


def _is_too_short(words: Sequence[str], languages: Sequence[str]) -> bool:
    """Whether letters tell nothing: of "so cold" they say Danish."""
    if len(words) < _FEWEST_WORDS:
        return True
    return "en" in languages and len(words) <= _FEW_WORDS and all(map(_is_english, words))


def _is_english(word: str) -> bool:
    return word.lower() in _CHAT or is_english(word)


def _belongs_to_word(character: str) -> bool:
    return character.isalpha() or character == "'" or unicodedata.category(character)[0] == "M"


def _mostly_latin(words: Sequence[str]) -> bool:
    latin = sum(len(word) for word in words if _has_latin_letter(word))
    return 2 * latin >= sum(map(len, words))


def _has_latin_letter(word: str) -> bool:
    return any(
        letter.isascii() or unicodedata.name(letter, "").startswith("LATIN") for letter in word
    )


@cache
def _labels() -> frozenset[str]:
    return frozenset(_identifier().labels)


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
