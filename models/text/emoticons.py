"""Emoticons as words."""

import re

_HAPPY = re.compile(r"(?<!\w)(?:[:;=][-o^']?[)\]D]+|[xX]D+|<3|\(:)(?!\w)")
_SAD = re.compile(r"(?<!\w)(?::'?[-o^]?[(\[/\\|]+|=\(+|D:|</3|\):)(?!\w)")


def name_emoticons(text: str) -> str:
    """Write "smile" for each happy emoticon, and "frown" for each sad one."""
    # A search for the signs of all emoticons is faster than the patterns.
    if ":" in text or ";" in text or "=" in text or "D" in text or "3" in text:
        text = _SAD.sub(" frown ", _HAPPY.sub(" smile ", text))
    return text
