"""A mention as it arrives: a JSON object with id, text, source and time."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from models.text.length import LONGEST_TEXT
from serving.mentions.table import LONGEST_ID

Reason = Literal["json", "id", "text", "source", "time"]
REASONS: tuple[Reason, ...] = ("json", "id", "text", "source", "time")
"""Why a mention is rejected: no JSON object, or an unusable field."""

_FIELDS: dict[object, Reason] = {
    "id": "id",
    "text": "text",
    "source": "source",
    "posted_at": "time",
}
_HINTS: dict[Reason, str] = {
    "json": "write one JSON object with id, text and source",
    "id": f"an id has 1 to {LONGEST_ID} characters, and no slash",
    "text": f"a text has 1 to {LONGEST_TEXT:,} characters after trimming",
    "source": "use a source of SENTIMENT_SOURCES",
    "time": "write posted_at as 2026-01-31T12:00:00Z",
}

_Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)
]
_Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_ID)]


class Mention(BaseModel):
    """A tweet about the user. ``id`` is the key under which the mention is stored once."""

    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)

    id: _Id
    text: _Text
    source: str
    posted_at: AwareDatetime | None = None


class RejectedError(Exception):
    """A mention cannot be used. The message repeats nothing of the mention."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(_HINTS[reason])
        self.reason = reason


def parse_mention(content: bytes, sources: Collection[str]) -> Mention:
    """The mention in a JSON object, its time in UTC. Raises ``RejectedError``."""
    try:
        mention = Mention.model_validate_json(content)
    except ValidationError as error:
        place = error.errors(include_input=False, include_url=False)[0]["loc"]
        raise RejectedError(_FIELDS.get(place[0], "json") if place else "json") from error
    if mention.source not in sources:
        raise RejectedError("source")
    # PostgreSQL stores no NUL, and the path of the erasure holds no slash.
    if "\0" in mention.id or "/" in mention.id:
        raise RejectedError("id")
    if mention.posted_at is None:
        return mention
    try:
        return mention.model_copy(update={"posted_at": mention.posted_at.astimezone(UTC)})
    except OverflowError as error:
        raise RejectedError("time") from error


def posted_at(mention: Mention, received_at: datetime) -> datetime:
    """The time of the tweet; the time of its arrival if the tweet names none."""
    return mention.posted_at or received_at
