import logging
import sys
from collections.abc import Iterator

import pytest

from serving.http.log_lines import LogLines
from serving.http.request_ids import request_id

_FORGED = "2026-01-01T00:00:00+0000 [ERROR] forged"


@pytest.fixture(autouse=True)
def request_7() -> Iterator[None]:
    token = request_id.set("request-7")
    yield
    request_id.reset(token)


def _logged(message: str, *arguments: object, failure: Exception | None = None) -> list[str]:
    """The lines that a handler with the filter writes."""
    failed = None
    if failure:
        try:
            raise failure
        except type(failure):
            failed = sys.exc_info()
    record = logging.LogRecord("bentoml", logging.ERROR, __file__, 1, message, arguments, failed)
    assert LogLines().filter(record)
    return logging.Formatter("%(message)s").format(record).split("\n")


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\x1b[2K\r", "\x85", "\u2028", "\u202e"])
def test_a_message_stays_on_its_line(separator: str) -> None:
    (line,) = _logged("path=%s", f"/a{separator}{_FORGED}")
    assert line.startswith("path=/a\\")
    assert line.isprintable()


def test_a_line_ends_with_the_id_of_its_request() -> None:
    assert _logged("the store failed") == ["the store failed request_id=request-7"]
    request_id.set("")
    assert _logged("ready after %d s", 3) == ["ready after 3 s"]


def test_a_traceback_looks_like_no_record() -> None:
    lines = _logged("failed\n", failure=ValueError(f"unknown\n{_FORGED}\r{_FORGED}"))
    assert lines[0] == "failed request_id=request-7"
    assert lines[1] == "  Traceback (most recent call last):"
    assert len(lines) > 3
    assert all(line.startswith("  ") and line.isprintable() for line in lines[1:])
