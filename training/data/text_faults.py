"""Texts that no model answers, over HTTP or on the command line."""

from models.text.length import LONGEST_TEXT
from training.data.files.encoding import has_lone_surrogate


def find_fault(text: str) -> tuple[str, str] | None:
    """Why no model answers a trimmed text, and the remedy; None for a text that is answered."""
    if not text:
        return "there is no text", "Write a text"
    if len(text) > LONGEST_TEXT:
        return (
            f"the text has {len(text):,} characters, and models answer up to {LONGEST_TEXT:,}",
            "Shorten the text, or look for a missing quotation mark",
        )
    if has_lone_surrogate(text):
        return "the text has bytes that are not UTF-8", "Save the text as UTF-8"
    return None
