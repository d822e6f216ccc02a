"""Schemathesis sends requests that it derives from ``/docs.json``: valid, invalid and in sequences.

All checks of Schemathesis apply: no answer is a 5xx, and every answer has a status, media type,
headers and a body that ``/docs.json`` lists. schemathesis.toml explains the exceptions.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.servers import Server, StartServer

_KEY = "key-of-the-schema-test"
_CONFIGURATION = Path(__file__).with_name("schemathesis.toml")


@pytest.fixture(scope="module")
def server(start_module_server: StartServer) -> Server:
    return start_module_server(models="baseline", runners="inline", admin_key=_KEY)


def count_cases(server: Server, cases_an_operation: int, folder: Path) -> int:
    """Let Schemathesis test every operation. Returns the number of requests that it generated.

    Fails with the output of Schemathesis, which has a command that repeats each failure.
    """
    report = folder / "report.json"
    command = [
        *(
            str(Path(sys.executable).with_name("schemathesis")),
            "--config-file",
            str(_CONFIGURATION),
        ),
        *("run", f"{server.url}/docs.json", "--header", f"Authorization: Bearer {_KEY}"),
        # The first text that is stored waits until the scrubbing model is loaded.
        *("--request-timeout", "300"),
        *("--checks", "all", "--max-examples", str(cases_an_operation), "--no-color"),
        *("--report", "json", "--report-json-path", str(report)),
        # CI draws the same requests in every run. Elsewhere the output ends with the seed.
        *(("--generation-deterministic",) if "CI" in os.environ else ()),
    ]
    outcome = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=1500
    )
    assert outcome.returncode == 0, f"{outcome.stdout}{outcome.stderr}\n{server.read_log()[-2000:]}"
    generated: int = json.loads(report.read_text())["test_cases"]["generated"]
    return generated


def cases_without_error(server: Server, examples: int, folder: Path, *, least: int) -> int:
    """The number of requests, at least ``least``, after which the server counts no error 500."""
    cases = count_cases(server, examples, folder)
    assert cases >= least
    assert server.total("sentiment_http_requests_total", code="500") == 0
    return cases


def test_1500_requests_get_answers_of_the_schema(
    server: Server, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("requests", cases_without_error(server, 140, tmp_path, least=1500))


@pytest.mark.slow
def test_10000_requests_get_answers_of_the_schema(
    server: Server, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("requests", cases_without_error(server, 2000, tmp_path, least=10_000))
