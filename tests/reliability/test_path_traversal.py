"""Paths that leave the folders of a page deliver no file."""

import pytest

from tests.support.champions import REPOSITORY
from tests.support.raw_http import RawConnection, get
from tests.support.servers import Server

PARENT_FOLDERS = [
    "../" * 8,
    "..%2f" * 8,
    "%2e%2e/" * 8,
    "%2e%2e%2f" * 8,
    "..%5c" * 8,
    "..%252f" * 8,
    "....//" * 8,
    "/",
    "%00/",
]
STARTS = ["/", "/ui/", "/static_content/", "/models/", "/page/", "/admin/", "/docs/"]


@pytest.mark.parametrize("start", STARTS)
def test_no_path_delivers_a_file_of_the_server(baseline_server: Server, start: str) -> None:
    secrets = [b"root:", b"class Sentiment", b"feedback.db", b"safetensors"]
    for parents in PARENT_FOLDERS:
        for file in ("etc/passwd", str(REPOSITORY / "service.py"), "service.py", "manifest.json"):
            # An HTTP client would simplify the path.
            with RawConnection(baseline_server.port) as connection:
                answer = connection.send(get(f"{start}{parents}{file}")).read_answer()
            assert answer is not None
            assert answer.status in {400, 404}, (start, parents, file)
            assert not any(secret in answer.body for secret in secrets)
