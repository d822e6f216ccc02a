"""Contracted negations ("isn't", "dont")."""

import re

_CONTRACTED_NEGATION = re.compile(r"\b(?:can't|cannot|won't|shan't)\b|n't\b")
_WITHOUT_APOSTROPHE = re.compile(
    r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should|ca|wo|ai)nt\b"
)
_IRREGULAR = {
    "can't": "can not",
    "cannot": "can not",
    "won't": "will not",
    "shan't": "shall not",
}


def expand_negations(text: str) -> str:
    """Write each contracted negation of a lower-case text in full, so that "not" is a token."""
    # Most texts have no contracted negation, and a search for letters is faster than a pattern's.
    if "nt" in text:
        text = _WITHOUT_APOSTROPHE.sub(r"\1n't", text)
    if "n't" in text or "cannot" in text:
        text = _CONTRACTED_NEGATION.sub(lambda match: _IRREGULAR.get(match[0], " not"), text)
    return text
