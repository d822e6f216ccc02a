"""The profile ``mentions`` of the stack: its broker and its program."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from tests.support.champions import REPOSITORY, Workplace
from tests.support.deploy.compose import services, settings_of
from tests.support.servers import free_port
from tests.support.waiting import wait_until

pytestmark = pytest.mark.server


def test_the_broker_keeps_mentions_on_disk_and_asks_for_the_password(
    prepared: Path, tmp_path: Path
) -> None:
    service = services(settings_of(prepared))["redis"]
    port = free_port()
    [*shell, script] = service["command"]
    options = f"--bind 127.0.0.1 --port {port} --dir {tmp_path}"
    script = script.replace("redis-server -", f"redis-server - {options}")
    process = subprocess.Popen(
        [*shell, script],
        env={**os.environ, **service["environment"]},
        stdout=subprocess.DEVNULL,
    )
    password = service["environment"]["BROKER_PASSWORD"]
    client = redis.Redis(port=port, password=password)

    def answers() -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False

    try:
        wait_until(answers)
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=port).ping()
        assert client.config_get("append*")["appendfsync"] == "always"
        assert client.config_get("append*")["appendonly"] == "yes"
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        assert password.encode() not in command_lines()
    finally:
        client.shutdown(nosave=True)
        process.wait(30)


def command_lines() -> bytes:
    """Command lines of all processes."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes())
        except OSError:
            continue
    return b"\n".join(lines)


def test_the_program_finds_the_models_of_the_image(
    prepared: Path, trained: Workplace, tmp_path: Path
) -> None:
    bento = tmp_path / "bento"
    bento.mkdir()
    (bento / "models").symlink_to(trained.home / "models")
    (bento / "src").symlink_to(REPOSITORY)
    environment = {
        **trained.environment,
        "BENTO_PATH": str(bento),
        "BENTOML_HOME": str(tmp_path / "home"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    script = str(prepared / "sentiment" / "stream.sh")
    options = ["--from", "-", "--to", "-", "--model", "baseline"]
    outcome = subprocess.run(
        [script, "stream", *options, "--metrics", f"127.0.0.1:{free_port()}"],
        env=environment,
        input=b'{"id": "1", "text": "They lost my bag", "source": "page"}',
        capture_output=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr.decode()
    assert json.loads(outcome.stdout)["label"] == "negative"
