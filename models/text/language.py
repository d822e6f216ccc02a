"""Language identification of tweets by py3langid.

M. Lui & T. Baldwin, "langid.py: an off-the-shelf language identification tool", 2012.
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

# The light normalisation without the English names of emojis.
_STEPS = tuple(step for step in LIGHT if step is not name_emojis)
_MASK = re.compile(f"{USER}|{URL}")
_WORD = re.compile(r"[^\s']+(?:'[^\s']+)*")
_LAUGHTER = re.compile(r"[a-z]{0,3}?(?:[hj][aeiou]){2,}[hj]?|heh|lo+l|xd+", re.IGNORECASE)

# The candidates for tweets in Latin letters; other languages resemble one of these. Among all 140
# languages of py3langid, one is more probable than English for every second short exclamation.
_LATIN_LANGUAGES = frozenset(
    ["cs", "da", "de", "en", "es", "fi", "fr", "id", "it", "nl", "pl", "pt", "ro", "sv", "tl", "tr"]
)
_MIN_PROBABILITY = 0.1
_MIN_WORDS = 2
_FEW_WORDS = 3
# English words of chats that the dictionary lacks.
_CHAT_WORDS = frozenset(
    ["bc", "bruh", "btw", "congrats", "cuz", "dm", "fml", "ftw", "gonna", "idk", "ikr", "imho",
     "imo", "jk", "kinda", "lmfao", "meh", "ngl", "np", "nvm", "ofc", "omw", "outta", "ppl", "rofl",
     "smh", "sorta", "tbh", "tgif", "thanx", "thnx", "thx", "tmrw", "ty", "tysm", "wth", "yaas",
     "yall", "yup"]
)  # fmt: skip


def is_foreign(text: str, languages: Sequence[str]) -> bool:
    """Whether a tweet is written in none of ``languages``, ISO 639-1 codes such as "en".

    A tweet is foreign if the probability of all ``languages`` together is below 0.1. Mentions,
    links, numbers, emojis and laughter are left out. For a tweet in Latin letters, the candidates
    are 16 languages and ``languages``. A single word in Latin letters is never foreign. Up to three
    English words are not foreign if "en" is one of ``languages``.

    The first call loads the model: 1 s and 75 MB. Raises ValueError for a code that py3langid
    does not know. Thread-safe.
    """
    unknown = set(languages) - _labels()
    if unknown:
        raise ValueError(f"py3langid does not know the languages {', '.join(sorted(unknown))}")
    words = _words(text)
    latin = _mostly_latin(words)
    if latin and _is_too_short(words, languages):
        return False
    candidates = _LATIN_LANGUAGES | set(languages) if latin else _labels()
    probabilities = dict(_identifier().rank(" ".join(words)))
    total = sum(probabilities[language] for language in candidates)
    own = sum(probabilities[language] for language in candidates.intersection(languages))
    return bool(own < _MIN_PROBABILITY * total)


def identify_language(text: str) -> str:
    """The most probable language of a tweet, ISO 639-1.

    A tweet that ``is_foreign`` takes for English is English, also a tweet without a word.
    """
    if not is_foreign(text, ["en"]):
        return "en"
    words = _words(text)
    candidates = _LATIN_LANGUAGES if _mostly_latin(words) else _labels()
    ranked = _identifier().rank(" ".join(words))
    return next(str(language) for language, _ in ranked if language in candidates)


def _words(text: str) -> list[str]:
    unmasked = _MASK.sub(" ", apply(_STEPS, text))
    letters = "".join(character if _belongs_to_word(character) else " " for character in unmasked)
    return [word for word in _WORD.findall(letters) if _is_informative(word)]


def _is_informative(word: str) -> bool:
    # Kaomoji consist of single letters of any script.
    return not _LAUGHTER.fullmatch(word) and (len(word) > 1 or _has_latin_letter(word))


def _is_too_short(words: Sequence[str], languages: Sequence[str]) -> bool:
    """Whether the words are too few to identify the language: "so cold" is taken for Danish."""
    if len(words) < _MIN_WORDS:
        return True
    return "en" in languages and len(words) <= _FEW_WORDS and all(map(_is_english, words))


def _is_english(word: str) -> bool:
    return word.lower() in _CHAT_WORDS or is_english(word)


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
