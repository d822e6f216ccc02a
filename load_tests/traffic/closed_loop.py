"""Closed-loop load by wrk: each connection sends its next request after the previous answer."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PAUSE_S = 3
_SCRIPT = Path(__file__).parents[1] / "wrk" / "post.lua"


@dataclass(frozen=True)
class LoadResult:
    """Counts and latency percentiles of one load.

    ``requests`` counts answers, and ``refused`` the answers with a code of 400 or above. ``failed``
    counts requests without an answer.
    """

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int
    failed: int

    @property
    def rate(self) -> float:
        """Successful requests per second."""
        return (self.requests - self.refused) / self.seconds


def write_bodies(path: Path, bodies: Sequence[object]) -> Path:
    """Write request bodies for ``post``, one JSON document per line."""
    lines = [json.dumps(body, ensure_ascii=False) for body in bodies]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def post(url: str, bodies: Path, connections: int, seconds: int, first: int = 0) -> LoadResult:
    """Post the bodies in a cycle that begins after body number ``first``.

    A pause comes first, so that the server finishes the requests of the previous load.
    """
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    time.sleep(_PAUSE_S)
    wrk = subprocess.run(
        [
            *("wrk", "--threads", "1", "--connections", str(connections)),
            *("--duration", f"{seconds}s", "--timeout", "30s", "--script", str(_SCRIPT), url),
        ],
        env={**os.environ, "BODIES": str(bodies), "FIRST": str(first)},
        capture_output=True,
        text=True,
        check=True,
    )
    return LoadResult(**json.loads(wrk.stdout.strip().splitlines()[-1]))
