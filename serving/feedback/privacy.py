"""Removal of personal data from a text that its author allows to be stored."""

import asyncio
import logging
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

import phonenumbers

from models.text.control_characters import drop_control_characters
from models.text.normalization import mask_links, mask_mentions, unescape_entities

if TYPE_CHECKING:
    from serving.feedback.entities import EntityFinder

_EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)*")
_BARE_LINK = re.compile(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
# Seven digits or more in groups: national phone numbers, which phonenumbers recognises only with a
# country. Long booking numbers match too, and also identify a person.
_NUMBER = re.compile(r"(?<![\w+])\+?\(?\d(?:[ ()./-]{0,2}\d){6,14}(?!\w)")
_MASKS = {
    "ADDRESS": "<address>",
    "BOOKING": "<booking>",
    "IBAN_CODE": "<iban>",
    "PASSPORT": "<passport>",
    "PERSON": "<name>",
}

# A separate thread: texts that wait for the model delay neither verdicts nor predictions.
_thread = ThreadPoolExecutor(1, thread_name_prefix="scrubbing")
_finder_lock = Lock()

logger = logging.getLogger("bentoml.sentiment")


class ScrubbingError(Exception):
    """The text may still hold personal data and must not be stored; the cause is chained."""


async def storable_text(text: str) -> str | None:
    """The text after ``scrub``, in another thread. If scrubbing fails: a log line, and None."""
    try:
        return await asyncio.get_running_loop().run_in_executor(_thread, scrub, text)
    except ScrubbingError as error:
        cause = type(error.__cause__).__name__
        logger.error("a text with consent was not stored: scrubbing failed with %s", cause)
        return None


def scrub(text: str) -> str:
    """The text with masks for data that name a person; docs/privacy.md lists the kinds.

    The first call of a process loads a model for some seconds. Threads may call at once.

    Raises ``ScrubbingError`` if the search for entities fails.
    """
    text = drop_control_characters(unicodedata.normalize("NFKC", unescape_entities(text)))
    text = _EMAIL.sub("<email>", mask_links(text))
    text = _BARE_LINK.sub("<url>", mask_mentions(text))
    # Before numbers, since an IBAN contains digits like those of a card.
    text = _mask_entities(text)
    text = _CARD.sub("<card>", text)
    # "ZZ": no country, only numbers in the international format.
    for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, "ZZ"))):
        text = f"{text[: match.start]}<phone>{text[match.end :]}"
    return _NUMBER.sub("<phone>", text)


def _mask_entities(text: str) -> str:
    try:
        # One text at a time: spaCy's vocabulary is not safe for threads.
        with _finder_lock:
            entities = _finder().find(text)
    except Exception as error:
        raise ScrubbingError from error
    for entity in reversed(entities):
        text = f"{text[: entity.start]}{_MASKS[entity.kind]}{text[entity.end :]}"
    return text


@cache
def _finder() -> "EntityFinder":
    # Imported at the first text, since most services store none.
    from serving.feedback.entities import EntityFinder

    return EntityFinder()
