"""Language identification of tweets by py3langid.

M. Lui & T. Baldwin, "langid.py: an off-the-shelf language identification tool", 2012.
"""

import copy
import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from models.text.emojis import name_emojis
from models.text.lexicon import is_english
from models.text.normalization import (
    LIGHT,
    URL,
    USER,
    LightText,
    apply,
    normalize_light,
    unescape_entities,
)

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

# The light normalisation without the English names of emojis.
_STEPS = tuple(step for step in LIGHT if step is not name_emojis)
_WORD = re.compile(r"[^\s']+(?:'[^\s']+)*")
_ASCII_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")
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


def is_foreign(text: str, languages: Sequence[str], light: LightText | None = None) -> bool:
    """Whether a tweet is written in none of ``languages``, ISO 639-1 codes such as "en".

    ``light`` is ``normalize_light(text)``, if the caller has it.

    A tweet is foreign if the probability of all ``languages`` together is below 0.1. Mentions,
    links, numbers, emojis and laughter are left out. For a tweet in Latin letters, the candidates
    are 16 languages and ``languages``. A single word in Latin letters is never foreign. Up to three
    English words are not foreign if "en" is one of ``languages``.

    The first call loads the model: 1 s and 75 MB. Raises ValueError for a code that py3langid
    does not know. Thread-safe.
    """
    candidates = _latin_candidates(tuple(languages))
    words = _words(text, normalize_light(text) if light is None else light)
    latin = _mostly_latin(words)
    if latin and _is_too_short(words, languages):
        return False
    identifier, joined = _identifier(candidates if latin else None), " ".join(words)
    # In most tweets the most probable language decides, which is faster than all probabilities.
    language, probability = identifier.classify(joined)
    if language in languages and probability >= _MIN_PROBABILITY:
        return False
    probabilities = dict(identifier.rank(joined))
    return bool(sum(map(probabilities.__getitem__, set(languages))) < _MIN_PROBABILITY)


def identify_language(text: str) -> str:
    """The most probable language of a tweet, ISO 639-1.

    A tweet that ``is_foreign`` takes for English is English, also a tweet without a word.
    """
    if not is_foreign(text, ["en"]):
        return "en"
    words = _words(text, normalize_light(text))
    identifier = _identifier(_LATIN_LANGUAGES if _mostly_latin(words) else None)
    return str(identifier.rank(" ".join(words))[0][0])


def _words(text: str, light: LightText) -> list[str]:
    # Texts without other characters have no emojis, so that ``light`` has no names of emojis.
    plain = light if unescape_entities(text).isascii() else apply(_STEPS, text)
    unmasked = plain.replace(USER, " ").replace(URL, " ")
    if unmasked.isascii():
        return list(filter(_is_informative, _ASCII_WORD.findall(unmasked)))
    letters = "".join(character if _belongs_to_word(character) else " " for character in unmasked)
    return list(filter(_is_informative, _WORD.findall(letters)))


@lru_cache(maxsize=65536)
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
    if all(map(str.isascii, words)):
        return True
    latin = sum(len(word) for word in words if _has_latin_letter(word))
    return 2 * latin >= sum(map(len, words))


def _has_latin_letter(word: str) -> bool:
    return any(
        letter.isascii() or unicodedata.name(letter, "").startswith("LATIN") for letter in word
    )


@cache
def _latin_candidates(languages: tuple[str, ...]) -> frozenset[str]:
    """The candidates for a text in Latin letters. Raises ValueError for an unknown language."""
    unknown = set(languages).difference(_identifier(None).labels)
    if unknown:
        raise ValueError(f"py3langid does not know the languages {', '.join(sorted(unknown))}")
    return _LATIN_LANGUAGES.union(languages)


@cache
def _identifier(languages: Collection[str] | None) -> "LanguageIdentifier":
    """The identifier of ``languages``, None for all that py3langid knows."""
    if languages is None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier = copy.copy(_identifier(None))
    identifier.set_languages(languages)
    return identifier
