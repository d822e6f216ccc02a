import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from serving.parent_process.instructions import instruct_workers


def test_a_start_deletes_the_folders_of_killed_parents_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("PARENT_OF_SENTIMENT_WORKERS", "{}")
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    of_ended, of_living, foreign = (
        tmp_path / name
        for name in (
            f"sentiment-workers-{ended.pid}-a",
            f"sentiment-workers-{os.getppid()}-b",
            "sentiment-workers-backup",
        )
    )
    for folder in (of_ended, of_living, foreign):
        (folder / "metrics").mkdir(parents=True)
    own = Path(instruct_workers("secret").folder)
    assert set(tmp_path.iterdir()) == {of_living, foreign, own}
    assert own.stat().st_mode & 0o077 == 0
