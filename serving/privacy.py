"""Scrubbing of a text that a user consented to be kept."""

import re

import phonenumbers

from models.text import mask_links, mask_mentions, unescape_entities

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


def scrub(text: str) -> str:
    """The text without mentions, links, e-mail addresses, phone and card numbers."""
    text = _EMAIL.sub("<email>", unescape_entities(text))
    text = mask_mentions(mask_links(text))
    text = _CARD.sub("<card>", text)
    # "ZZ" has the library look for numbers in the international form, "US" for the others.
    for region in ("ZZ", "US", "FR", "GB"):
        for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, region))):
            text = f"{text[: match.start]}<phone>{text[match.end :]}"
    return text
