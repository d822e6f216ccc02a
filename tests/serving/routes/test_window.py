from datetime import UTC, datetime, timedelta

import pytest
from pydantic import AwareDatetime, TypeAdapter

from serving.routes.window import parse_time, report_window

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-26T01:00:00+01:00", "2026-11-26T01:00:00 01:00", "2026-11-26T01:00:00+0100",
        "2026-11-26T01:00:00 0100", "2026-11-26T01:00:00+01", "2026-11-26T01:00:00 01",
        "2026-11-26T01:00:00  01:00", "2026-11-26T01:00 01:00", "2026-11-26 01:00:00 01:00",
        "2026-11-26T01:00:00.000 01:00", "2026-11-25T19:00:00-05:00", "2026-11-25T19:00-05",
        "2026-11-26T00:00:00Z", "2026-11-26T00:00Z",
    ],
)  # fmt: skip
def test_a_time_may_have_every_form_of_a_zone(written: str) -> None:
    time = TypeAdapter(AwareDatetime).validate_python(parse_time(written))
    assert time == datetime(2026, 11, 26, tzinfo=UTC)


def test_a_number_is_no_time() -> None:
    with pytest.raises(ValueError, match="write a time as"):
        parse_time("1764115200")


def test_the_window_is_a_day_by_default() -> None:
    now = datetime.now(UTC)
    start, end = report_window(None, None)
    assert end - start == 24 * HOUR
    past = now - 48 * HOUR
    assert report_window(None, past) == (past - 24 * HOUR, past)
    start, end = report_window(None, now + 1000 * HOUR)
    assert end == now + 1000 * HOUR
    assert timedelta(0) <= start - (now - 24 * HOUR) < HOUR
