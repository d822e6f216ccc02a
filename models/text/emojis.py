"""Emojis as words."""

import re
import unicodedata

_SKIN_TONE = re.compile("[\U0001f3fb-\U0001f3ff]")
_MARKED_NAME = re.compile("\ue000([^\ue000]*)\ue000")
# Zero-width joiner, and the tag letters of flags such as Scotland's.
_JOINERS = re.compile("[\u200d\U000e0020-\U000e007f]")


def name_emojis(text: str) -> str:
    """Write each emoji as the words of its CLDR short name, without the skin tone.

    The text must not contain private use characters.
    """
    if text.isascii():
        return text
    import emoji

    named = emoji.demojize(_SKIN_TONE.sub("", text), delimiters=(" \ue000", "\ue000 "))
    return _JOINERS.sub("", _MARKED_NAME.sub(lambda match: _words(match[1]), named))


def _words(name: str) -> str:
    straight = name.replace("_", " ").replace("\u2019", "'")
    return unicodedata.normalize("NFD", straight).encode("ascii", "ignore").decode()
