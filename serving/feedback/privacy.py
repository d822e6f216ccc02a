"""Scrubbing of a text that a user consented to be kept."""

import re
import unicodedata

import phonenumbers

from models.text.control_characters import drop_control_characters
from models.text.normalization import mask_links, mask_mentions, unescape_entities

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*")
_BARE_LINK = re.compile(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
# Seven digits or more in groups, as phone numbers are written where the library knows no better;
# it takes long booking numbers too, which name a person as well.
_NUMBER = re.compile(r"(?<![\w+])\+?\(?\d(?:[ ()./-]{0,2}\d){6,14}(?!\w)")


def scrub(text: str) -> str:
    """The text without mentions, links, e-mail addresses, phone, card and other long numbers."""
    text = drop_control_characters(unicodedata.normalize("NFKC", unescape_entities(text)))
    text = _EMAIL.sub("<email>", mask_links(text))
    text = _BARE_LINK.sub("<url>", mask_mentions(text))
    text = _CARD.sub("<card>", text)
    # "ZZ" has the library look for numbers in the international form.
    for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, "ZZ"))):
        text = f"{text[: match.start]}<phone>{text[match.end :]}"
    return _NUMBER.sub("<phone>", text)
