"""Champions that are changed or missing are an error at the start.

tests/reliability/test_signatures.py has all changes of a champion.
"""

import shutil
from pathlib import Path

from tests.support.champions import Workplace, champion_folder
from tests.support.servers import StartServer


def test_a_model_replaced_on_disk_is_refused_at_start(
    start_server: StartServer, trained: Workplace, tmp_path: Path
) -> None:
    name = "models/sentiment-baseline"
    shutil.copytree(trained.home / name, tmp_path / name)
    weights = champion_folder(tmp_path, "baseline") / "weights" / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    server = start_server(ready=False, store=tmp_path, models="baseline")
    assert server.process.wait(60) != 0
    log = server.log.read_text()
    assert "weights.safetensors was changed after" in log
    assert "romote" in log  # and what to do


def test_a_missing_model_is_an_error_at_start(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    server = start_server(ready=False, store=tmp_path, models="baseline")
    assert server.process.wait(60) != 0
    assert "the model store holds no baseline" in server.log.read_text()
