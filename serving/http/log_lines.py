"""Log lines with the id of their request. No client can forge a line."""

import logging
import re

from serving.http.request_ids import request_id

# ASCII and Latin-1 control characters, and Unicode's own line breaks and text directions.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_FORMATTER = logging.Formatter()


def install_log_lines() -> None:
    """Filter the lines of every handler that the program's loggers have."""
    for name in ("", "bentoml", "uvicorn.error"):
        for handler in logging.getLogger(name).handlers:
            if not any(isinstance(present, LogLines) for present in handler.filters):
                handler.addFilter(LogLines())


class LogLines(logging.Filter):
    """A filter that keeps each record on one line and adds the id of the request.

    Control characters are escaped, since messages may contain paths and headers. The lines of a
    traceback are indented: none of them looks like the beginning of a record.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        message = escaped(record.getMessage().rstrip("\n"))
        if current := request_id.get():
            message = f"{message} request_id={current}"
        record.msg, record.args = message, None
        if record.exc_info and not record.exc_text:
            lines = _FORMATTER.formatException(record.exc_info).splitlines()
            record.exc_text = "\n".join(f"  {escaped(line)}" for line in lines)
        return True


def escaped(text: str) -> str:
    """The text with control characters as Python writes them in a string."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
