"""Control characters, and invisible format characters."""

import re
import unicodedata

# The flags of Scotland and the like are a black flag and invisible tag letters.
_TAG_LETTERS = "\U000e0020-\U000e007f"
_STRAY_JOINER = re.compile(
    rf"(?<![\U0001f3f4{_TAG_LETTERS}])[{_TAG_LETTERS}]+|(?<=\w)\u200d+|(?<!\u200d)\u200d+(?=\w)"
)


def drop_control_characters(text: str) -> str:
    """Replace control characters by spaces, and delete invisible format characters.

    Joiners and tag letters within emojis stay.
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
