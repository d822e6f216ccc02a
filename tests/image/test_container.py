"""Containers of the image."""

import statistics
import time
from typing import Any

import pytest

from tests.support.containers import Container, StartContainer
from tests.support.image_report import Figures

pytestmark = pytest.mark.image

STARTS = 5
# Types of file systems that the kernel provides.
KERNELS = {"cgroup", "cgroup2", "devpts", "mqueue", "proc", "sysfs"}


def test_it_has_no_privileges(container: Container) -> None:
    lines = container.execute("cat", "/proc/1/status").stdout.splitlines()
    status = dict(line.split(":", 1) for line in lines)
    assert set(status["Uid"].split()) == {"1034"}
    assert {int(status[f"Cap{of}"], 16) for of in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {0}
    assert status["NoNewPrivs"].strip() == "1"


def test_its_volume_and_tmpfs_alone_are_writable(container: Container) -> None:
    writable = {}
    for mount in container.execute("cat", "/proc/1/mounts").stdout.splitlines():
        _, place, kind, options, *_ = mount.split()
        if "rw" in options.split(",") and kind not in KERNELS:
            writable[place] = kind
    assert writable.pop("/data") != "tmpfs"
    assert set(writable.values()) == {"tmpfs"}
    assert "Read-only file system" in container.execute("touch", "/home/bentoml/file").stderr


def test_its_health_check_passes_if_it_answers(
    metadata: dict[str, Any], container: Container
) -> None:
    # podman has the health check at the top level, Docker under Config.
    kind, *check = (metadata.get("Healthcheck") or metadata["Config"]["Healthcheck"])["Test"]
    assert kind == "CMD"
    assert container.execute(*check).returncode == 0
    assert container.execute(*check, BENTOML_PORT="1").returncode != 0


def test_feedback_outlives_the_container(start_container: StartContainer) -> None:
    first = start_container(models="baseline", default_model="baseline")
    with first.client() as client:
        ids = [
            client.post("/predict", json={"text": text}).json()["prediction_id"]
            for text in ("lovely", "awful")
        ]
        bodies = [{"prediction_id": prediction_id, "correct": True} for prediction_id in ids]
        assert client.post("/feedback", json=bodies[0]).status_code == 200
    first.remove()
    second = start_container(first.volume, models="baseline", default_model="baseline")
    with second.client() as client:
        codes = [client.post("/feedback", json=body).status_code for body in bodies]
    assert codes == [409, 200]
    second.remove()


def test_it_gets_ready_and_its_start_up_time_is_reported(
    start_container: StartContainer, figures: Figures
) -> None:
    seconds = []
    for _ in range(STARTS):
        began = time.perf_counter()
        container = start_container()
        seconds.append(time.perf_counter() - began)
        assert "Read-only" not in container.read_log()
        container.remove()
    figures["from start to ready, median of five"] = f"{statistics.median(seconds):.1f} s"
