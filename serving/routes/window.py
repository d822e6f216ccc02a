"""The window of time that a query names."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from serving.http.errors import ApiError

_FORM = "write a time as 2026-01-31T12:00:00Z or 2026-01-31T12:00:00+01:00"
# The plus of a zone arrives as a space if it is not escaped. ISO 8601 lets a zone have no minutes.
_ZONE = re.compile(r"(:\d\d(?:\.\d+)?) *([ +-])(\d\d)(?::?(\d\d))?$")


def parse_time(value: str) -> str:
    """The time with its zone as pydantic reads it, +HH:MM.

    Raises ``ValueError`` for a number, which pydantic takes for seconds since 1970.
    """
    if not re.match(r"\d{4}-", value):
        raise ValueError(_FORM)
    zone = _ZONE.search(value)
    if zone is None:
        return value
    sign = zone[2].replace(" ", "+")
    return f"{value[: zone.start()]}{zone[1]}{sign}{zone[3]}:{zone[4] or '00'}"


Time = Annotated[AwareDatetime, BeforeValidator(parse_time)]


class Window(BaseModel):
    """The time of the query. A misspelt name is refused: its default would erase other verdicts."""

    model_config = ConfigDict(extra="forbid")

    since: Time | None = Field(
        default=None,
        description="ISO 8601 with time zone; default: a day before `until`, or a day ago if "
        "`until` is later than now.",
        examples=["2026-11-26T00:00:00+01:00"],
    )
    until: Time | None = Field(default=None, description="ISO 8601 with time zone; default: now.")


def report_window(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """The start and the end in UTC, for all combinations of given and omitted times."""
    try:
        now = datetime.now(UTC)
        end = (until or now).astimezone(UTC)
        start = (since or min(end, now) - timedelta(days=1)).astimezone(UTC)
    except OverflowError as error:
        raise ApiError(
            HTTPStatus.BAD_REQUEST, "since and until must be of years 2 to 9998"
        ) from error
    if start >= end:
        raise ApiError(HTTPStatus.BAD_REQUEST, "since must be before until")
    return start, end
