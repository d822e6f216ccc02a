"""Homoglyphs: characters that look like ASCII letters and signs, and stand for them in tweets."""

import re
import unicodedata
from functools import lru_cache

from models.text.elongations import shorten_word
from models.text.lexicon import is_english

# Homoglyphs of ' and - in confusables.txt (Unicode Technical Standard 39), and quotation marks.
_APOSTROPHES = (
    "`\u00b4\u02b9\u02bb-\u02bf\u02c8\u02ca\u02cb\u02f4\u0374\u0384\u055a\u05f3\u07f4\u07f5\u1fbd"
    "\u1fbf\u1fef\u1ffd\u1ffe\u2018-\u201b\u2032\u2035\u275b\u275c\ua78b\ua78c\uff07\uff40"
)
_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]")
_QUOTE = re.compile("[\u201c-\u201f\u2033\u2036\u275d\u275e\u301d-\u301f\uff02]")
_HYPHEN = re.compile("[\u2010-\u2012\u2212\ufe63\uff0d]")

# Enclosed letters: in parentheses, in black circles and squares. NFKC keeps or decomposes them.
_ENCLOSED = {
    start + index: chr(ord(first) + index)
    for start, first in ((0x249C, "a"), (0x1F110, "A"), (0x1F150, "A"), (0x1F170, "A"))
    for index in range(26)
}
# Trade mark signs carry no meaning, and the blank Braille pattern looks like a space.
_PLAIN = _ENCLOSED | dict.fromkeys(map(ord, "\u00a9\u00ae\u2120\u2122\u2800"), " ")
_REGIONAL_INDICATORS = re.compile("[\U0001f1e6-\U0001f1ff]+")
_REGIONAL_LETTERS = {0x1F1E6 + index: chr(ord("A") + index) for index in range(26)}
# Invisible characters outside of the category Cf.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]+"
)
# Runs without Japanese buttons: these are emojis, which NFKC would turn into letters.
_WITHOUT_BUTTONS = re.compile(
    "[^\u3297\u3299\U0001f201\U0001f202\U0001f21a\U0001f22f\U0001f232-\U0001f23a"
    "\U0001f250\U0001f251]+"
)
# Combining marks that remain after NFKC, such as strokes through letters.
_COMBINING_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
# Cyrillic and Greek letters that look like Latin letters in every font.
_IDENTICAL_LETTERS = re.compile(
    "[\u0405\u0406\u0408\u0410\u0412\u0415\u041a\u041c-\u041e\u0420-\u0422\u0425\u0430\u0435\u043e"
    "\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04ae\u04bb\u04cf\u0501\u051b\u051d"
    "\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bd\u03bf']+"
)
# Shorter words of other scripts resemble some English word by chance.
_MIN_FOREIGN_LENGTH = 4
_RELATED_SCRIPTS = ("CYRILLIC", "GREEK")
_WORD = re.compile(r"\w+(?:'\w+)*")


def straighten_punctuation(text: str) -> str:
    """Write every kind of apostrophe, quotation mark, hyphen and slash in ASCII."""
    if text.isascii():
        return text.replace("`", "'") if "`" in text else text
    text = _HYPHEN.sub("-", _QUOTE.sub('"', _APOSTROPHE.sub("'", text)))
    return text.replace("\u2044", "/")


def fold_compatibility_characters(text: str) -> str:
    """Write styled letters (bold, wide, circled, struck through) as plain letters.

    This is Unicode's NFKC, except for emojis. Beyond NFKC it folds enclosed letters and regional
    indicators that are no flags, and deletes combining marks and invisible characters.
    """
    if text.isascii():
        return text
    text = _INVISIBLE.sub("", text).translate(_PLAIN)
    text = _REGIONAL_INDICATORS.sub(_keep_flags, text)
    text = _WITHOUT_BUTTONS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return straighten_punctuation(_COMBINING_MARKS.sub("", text))


def _keep_flags(match: re.Match[str]) -> str:
    import emoji

    pairs = [match[0][start : start + 2] for start in range(0, len(match[0]), 2)]
    return match[0] if all(map(emoji.is_emoji, pairs)) else match[0].translate(_REGIONAL_LETTERS)


def fold_homoglyphs(text: str) -> str:
    """Write words with homoglyphs or accents in ASCII.

    A Latin word with Greek or Cyrillic letters is always folded. Any other word is folded if its
    ASCII form is English: "naïve" is folded, "Genève" is not.
    """
    if text.isascii():
        return text
    return _WORD.sub(lambda match: match[0] if match[0].isascii() else _fold(match[0]), text)


@lru_cache(maxsize=4096)
def _fold(word: str) -> str:
    import decancer_py

    marked = unicodedata.normalize("NFD", word)
    plain = "".join(letter for letter in marked if unicodedata.category(letter) != "Mn")
    if plain.isascii():
        return plain if len(plain) > 1 and _is_english(plain) else word
    parsed = decancer_py.parse(plain, retain_capitalization=True, disable_bidi=True)
    folded = _with_capitals_of(plain, str(parsed))
    if not folded.replace("'", "").isalnum() or not folded.isascii():
        return word
    return (
        folded
        if _is_mixed_latin(plain) or (_may_be_english(plain) and _is_english(folded))
        else word
    )


def _is_mixed_latin(word: str) -> bool:
    """Whether a word is Latin, apart from small capitals, Greek and Cyrillic letters."""
    names = [unicodedata.name(letter, "") for letter in word if not letter.isascii()]
    replaceable = (name.startswith(_RELATED_SCRIPTS) or "SMALL CAPITAL" in name for name in names)
    return _has_latin_letter(word) and all(replaceable)


def _may_be_english(word: str) -> bool:
    """Whether a word of other letters may stand for an English word."""
    if _has_latin_letter(word) or _IDENTICAL_LETTERS.fullmatch(word):
        return True
    related = any(unicodedata.name(letter, "").startswith(_RELATED_SCRIPTS) for letter in word)
    return not related and len(word) >= _MIN_FOREIGN_LENGTH


def _has_latin_letter(word: str) -> bool:
    return any(unicodedata.name(letter, "").startswith("LATIN") for letter in word)


def _is_english(word: str) -> bool:
    return is_english(shorten_word(word)) and (len(word) > 1 or word in "aAiI")


def _with_capitals_of(word: str, folded: str) -> str:
    """``folded`` with the capitals of ``word``, since decancer loses some capitals."""
    if len(word) > 1 and word.isupper():
        return folded.upper()
    return folded[:1].upper() + folded[1:] if word[0].isupper() else folded
