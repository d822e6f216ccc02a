import shutil
import time
from pathlib import Path

from tests.champions import Workplace
from tests.conftest import StartServer
from tests.stored import champion_folder


def test_a_model_replaced_on_disk_is_refused_at_start(
    start_server: StartServer, trained: Workplace, tmp_path: Path
) -> None:
    shutil.copytree(trained.home / "models", tmp_path / "models")
    weights = champion_folder(tmp_path, "baseline") / "weights" / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    server = start_server(ready=False, store=tmp_path, models="baseline")
    message = wait_for(server.log, "was changed after training")
    assert "weights.safetensors" in message
    assert "Promote the model again" in message


def test_a_missing_model_is_told_at_start(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    server = start_server(ready=False, store=tmp_path, models="baseline")
    assert server.process.wait(60) != 0
    assert "the model store holds no baseline" in server.log.read_text()


def wait_for(log: Path, words: str, patience_s: float = 60) -> str:
    """The log's line with ``words``, once it is there."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        for line in log.read_text().splitlines():
            if words in line:
                return line
        time.sleep(0.2)
    raise AssertionError(f"{words!r} is not in the log:\n{log.read_text()[-3000:]}")
