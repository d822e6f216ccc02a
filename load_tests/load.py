"""Load from wrk: so many connections, each sending its next request when it has its answer."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PAUSE_S = 3
_SCRIPT = Path(__file__).parent / "wrk" / "post.lua"


@dataclass(frozen=True)
class Load:
    """What came of it: ``refused`` are answers of 400 and above, ``failed`` have no answer."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int
    failed: int

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return (self.requests - self.refused) / self.seconds


def write_bodies(path: Path, bodies: Sequence[object]) -> Path:
    """Request bodies for ``post``, one a line."""
    lines = [json.dumps(body, ensure_ascii=False) for body in bodies]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def post(url: str, bodies: Path, connections: int, seconds: int, first: int = 0) -> Load:
    """Post the bodies, from the one numbered ``first`` on, over and over; after a pause.

    In it the server ends what a load before has left behind.
    """
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    time.sleep(_PAUSE_S)
    found = subprocess.run(
        [
            *("wrk", "--threads", "1", "--connections", str(connections)),
            *("--duration", f"{seconds}s", "--timeout", "30s", "--script", str(_SCRIPT), url),
        ],
        env={**os.environ, "BODIES": str(bodies), "FIRST": str(first)},
        capture_output=True,
        text=True,
        check=True,
    )
    return Load(**json.loads(found.stdout.strip().splitlines()[-1]))
