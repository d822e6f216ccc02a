"""JSON Lines: one object a line."""

import json
from collections.abc import Iterator

from training.data.files.encoding import has_lone_surrogate
from training.data.files.row import BadRow, Row


def read_json_lines(lines: Iterator[str]) -> Iterator[Row | BadRow]:
    """The objects of the lines; empty lines are no rows."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        content = line.rstrip("\r\n")
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            fault = (
                f"no JSON ({error.msg})" if isinstance(error, json.JSONDecodeError) else "no JSON"
            )
            yield BadRow(number, fault, "Write one JSON object a line", content)
            continue
        if not isinstance(values, dict):
            yield BadRow(number, "no JSON object", "Write one JSON object a line", content)
        elif "\\u" in line and has_lone_surrogate(json.dumps(values, ensure_ascii=False)):
            remedy = "Write the whole emoji, as two surrogates or in UTF-8"
            yield BadRow(number, "half an emoji", remedy, content)
        else:
            yield Row(number, values)
