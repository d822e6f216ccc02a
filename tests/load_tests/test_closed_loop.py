import json
from pathlib import Path

import pytest

from load_tests.traffic.closed_loop import LoadResult, write_bodies


def test_the_rate_counts_successful_requests() -> None:
    load = LoadResult(requests=100, seconds=4, p50_ms=1, p99_ms=2, refused=20, failed=7)
    assert load.rate == pytest.approx(20)


def test_bodies_are_one_json_document_per_line(tmp_path: Path) -> None:
    bodies = [{"text": "two\nlines"}, {"text": "délai 😡"}]
    path = write_bodies(tmp_path / "bodies", bodies)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == bodies
    assert "😡" in lines[1]
