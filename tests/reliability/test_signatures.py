"""The service loads only champions that were signed at their promotion."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from models.artifacts.manifest import (
    MANIFEST,
    SIGNATURE,
    WEIGHTS,
    ModelFolderError,
    manifest_digest,
)
from models.artifacts.signature import PUBLIC_KEY, sign_model, verify_model
from tests.support.champions import Workplace, champion_folder
from tests.support.servers import StartServer
from tests.support.signing_keys import make_key_pair


@pytest.fixture
def store(trained: Workplace, tmp_path: Path) -> Path:
    """A BentoML home with a copy of the signed baseline."""
    name = "models/sentiment-baseline"
    shutil.copytree(trained.home / name, tmp_path / "store" / name)
    return tmp_path / "store"


@pytest.fixture
def champion(store: Path) -> Path:
    return champion_folder(store, "baseline")


@pytest.fixture
def other_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A private key that the service does not trust."""
    return make_key_pair(tmp_path / "other", monkeypatch)


def refusal(champion: Path, key: Path) -> str:
    with pytest.raises(ModelFolderError) as caught:
        verify_model(champion, key)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_promoted_champion_fits_the_public_key(trained: Workplace, champion: Path) -> None:
    verify_model(champion, trained.model_key)


def flip_last_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def add_a_comment(path: Path) -> None:
    path.write_text(f"{path.read_text()}# \n")


def lower_the_threshold(path: Path) -> None:
    """A change that keeps the manifest valid."""
    manifest = json.loads(path.read_text())
    manifest["decision"]["threshold"] /= 2
    path.write_text(json.dumps(manifest))


def add_a_file(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("{}")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (MANIFEST, lower_the_threshold),
        ("model.yaml", add_a_comment),
        (f"{WEIGHTS}/weights.safetensors", flip_last_byte),
        (f"{WEIGHTS}/vocabulary.json", Path.unlink),
        (f"{WEIGHTS}/extra.json", add_a_file),
        (".git/config", add_a_file),
    ],
)
def test_a_changed_champion_is_refused_by_the_name_of_the_file(
    trained: Workplace, champion: Path, name: str, change: Callable[[Path], None]
) -> None:
    change(champion / name)
    assert Path(name).parts[-1 if WEIGHTS in name else 0] in refusal(champion, trained.model_key)


def test_a_champion_that_an_attacker_signed_is_refused(
    trained: Workplace, champion: Path, other_key: Path
) -> None:
    lower_the_threshold(champion / MANIFEST)
    sign_model(champion, other_key)
    verify_model(champion, other_key.with_name(PUBLIC_KEY))
    assert str(trained.model_key) in refusal(champion, trained.model_key)


def test_the_signature_of_another_champion_is_refused(trained: Workplace, champion: Path) -> None:
    shutil.copy(trained.champion("lstm") / SIGNATURE, champion / SIGNATURE)
    assert SIGNATURE in refusal(champion, trained.model_key)


@pytest.mark.parametrize("content", [b"", b"{}", b"\x80\x04garbage", b'{"mediaType": "x"}'])
def test_a_malformed_signature_is_refused(
    trained: Workplace, champion: Path, content: bytes
) -> None:
    (champion / SIGNATURE).write_bytes(content)
    assert SIGNATURE in refusal(champion, trained.model_key)


def test_a_missing_or_malformed_public_key_is_named(champion: Path, tmp_path: Path) -> None:
    missing, malformed = tmp_path / "missing.pem", tmp_path / "malformed.pem"
    malformed.write_text("no key")
    assert f"{missing} is missing" in refusal(champion, missing)
    assert str(malformed) in refusal(champion, malformed)


def remove_the_signature(champion: Path, other_key: Path) -> None:
    (champion / SIGNATURE).unlink()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (remove_the_signature, "has no signature"),
        (sign_model, "does not fit the model and"),
    ],
)
def test_the_service_does_not_start_with_an_unsigned_or_a_wrongly_signed_champion(
    start_server: StartServer,
    store: Path,
    champion: Path,
    other_key: Path,
    change: Callable[[Path, Path], None],
    message: str,
) -> None:
    change(champion, other_key)
    server = start_server(ready=False, store=store, models="baseline", runners="inline")
    assert server.process.wait(60) != 0
    log = server.read_log()
    assert message in log
    assert "python -m training sign" in log


def test_a_replaced_worker_loads_only_the_manifest_that_was_verified_at_start(
    start_server: StartServer, store: Path, champion: Path
) -> None:
    server = start_server(store=store, models="baseline", runners="inline")
    manifest, metadata = champion / MANIFEST, champion / "model.yaml"
    before = manifest_digest(champion)
    lower_the_threshold(manifest)
    metadata.write_text(metadata.read_text().replace(before, manifest_digest(champion)))
    for worker in psutil.Process(server.process.pid).children(recursive=True):
        worker.kill()
    deadline = time.monotonic() + 60
    while "is not the manifest that was verified at start" not in server.read_log():
        assert time.monotonic() < deadline, server.read_log()[-4000:]
        time.sleep(0.2)


def test_a_champion_of_another_family_is_refused(
    start_server: StartServer, store: Path, trained: Workplace
) -> None:
    """The baseline's files under the name of another family, with the metadata of a promotion."""
    (store / "models/sentiment-baseline").rename(store / "models/sentiment-lstm")
    metadata = champion_folder(store, "lstm") / "model.yaml"
    metadata.write_text(metadata.read_text().replace("sentiment-baseline", "sentiment-lstm"))
    server = start_server(ready=False, store=store, models="lstm", runners="inline")
    assert server.process.wait(60) != 0
    assert "is of the family 'baseline', not of lstm" in server.read_log()


def test_the_command_signs_a_champion_of_an_earlier_version(
    trained: Workplace, workplace: Workplace
) -> None:
    name = "models/sentiment-baseline"
    shutil.copytree(trained.home / name, workplace.home / name)
    champion = workplace.champion("baseline")
    (champion / SIGNATURE).unlink()
    refusal(champion, trained.model_key)
    assert "is signed with" in workplace.training("sign", "baseline").stdout
    verify_model(champion, workplace.model_key)


def test_the_command_signs_no_damaged_champion(trained: Workplace, workplace: Workplace) -> None:
    name = "models/sentiment-baseline"
    shutil.copytree(trained.home / name, workplace.home / name)
    champion = workplace.champion("baseline")
    flip_last_byte(champion / WEIGHTS / "weights.safetensors")
    outcome = workplace.training("sign", "baseline", check=False)
    assert outcome.returncode == 2
    assert "weights.safetensors was changed" in outcome.stderr


def test_the_command_of_model_signing_verifies_a_champion(
    trained: Workplace, champion: Path
) -> None:
    """Operators need none of this project's code."""
    command = ("verify", "key", "--signature", str(champion / SIGNATURE))
    options = ("--public_key", str(trained.model_key), "--ignore-paths", str(champion / SIGNATURE))
    outcome = subprocess.run(
        [sys.executable, "-m", "model_signing", *command, *options, str(champion)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
