import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.champions import Workplace, champion_folder
from tests.support.servers import StartServer


def flip_last_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def lower_threshold(path: Path) -> None:
    manifest = json.loads(path.read_text())
    manifest["decision"]["threshold"] /= 2
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("file", "tamper", "message"),
    [
        ("weights/weights.safetensors", flip_last_byte, "weights.safetensors was changed after"),
        ("weights/vocabulary.json", Path.unlink, "vocabulary.json is missing"),
        ("manifest.json", lower_threshold, "was changed after promotion"),
    ],
)
def test_a_model_replaced_on_disk_is_refused_at_start(
    start_server: StartServer,
    trained: Workplace,
    tmp_path: Path,
    file: str,
    tamper: Callable[[Path], None],
    message: str,
) -> None:
    shutil.copytree(
        trained.home / "models" / "sentiment-baseline", tmp_path / "models" / "sentiment-baseline"
    )
    tamper(champion_folder(tmp_path, "baseline") / file)
    server = start_server(ready=False, store=tmp_path, models="baseline")
    assert server.process.wait(60) != 0
    log = server.log.read_text()
    assert message in log
    assert "romote" in log  # and what to do


def test_a_missing_model_is_an_error_at_start(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    server = start_server(ready=False, store=tmp_path, models="baseline")
    assert server.process.wait(60) != 0
    assert "the model store holds no baseline" in server.log.read_text()
