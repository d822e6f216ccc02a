"""Another champion goes live in a running server of two workers."""

import shutil
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from load_tests.servers.model_versions import add_version, copy_champion
from models.artifacts.manifest import WEIGHTS
from tests.support.api_errors import is_error
from tests.support.champions import Workplace
from tests.support.load import load
from tests.support.servers import Server, StartServer
from tests.support.waiting import wait_until

KEY = "a key for the tests"
BEARER = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture(scope="module")
def store(trained: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BentoML home with a copy of the signed baseline."""
    home = tmp_path_factory.mktemp("store")
    copy_champion(trained.champion("baseline"), home, "baseline")
    return home


@pytest.fixture(scope="module")
def signing_key(trained: Workplace) -> Path:
    return trained.folder / "data" / "model_signing_key.pem"


@pytest.fixture(scope="module")
def server(start_module_server: StartServer, store: Path) -> Server:
    server = start_module_server(
        models="baseline", runners="inline", api_workers="2", admin_key=KEY, store=store
    )
    wait_until(lambda: len(workers(server)) == 2)
    return server


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


def report(server: Server) -> dict[str, Any]:
    answer = httpx.get(f"{server.url}/admin/models", headers=BEARER, timeout=60)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def workers(server: Server) -> list[dict[str, Any]]:
    """The workers that serve the baseline, with their versions."""
    (model,) = report(server)["models"]
    found: list[dict[str, Any]] = model["workers"]
    return found


def change(client: httpx.Client, version: str | None = None) -> dict[str, Any]:
    """Ask for a change, and return the change after its end."""
    asked = client.post(
        "/admin/models", json={"model": "baseline", "version": version}, headers=BEARER
    )
    assert asked.status_code == 202, asked.text
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        latest: dict[str, Any] = client.get("/admin/models", headers=BEARER).json()["change"]
        if latest["ended_at"]:
            return latest
        time.sleep(0.05)
    raise AssertionError(f"not ended: {latest}")


def info(server: Server) -> dict[str, float]:
    """The processes that hold each version."""
    samples = server.samples("sentiment_model_info", model="baseline")
    return {dict(labels)["version"]: number for labels, number in samples.items()}


def test_a_change_under_load_loses_no_request_and_old_ids_take_feedback(
    server: Server, client: httpx.Client, store: Path, signing_key: Path
) -> None:
    old = client.post("/predict", json={"text": "before the change"}).json()
    before = old["model"]["version"]
    version = add_version(store, "baseline", signing_key)
    with load(server.port, clients=2) as made:
        wait_until(lambda: sum(made.kept.values()) > 20)
        ended = change(client)
        wait_until(lambda: sum(made.kept.values()) > 40)
    assert ended["state"] == "done"
    assert (ended["previous"], ended["version"]) == (before, version)
    assert set(made.kept) | set(made.new) == {"200"}
    assert {worker["version"] for worker in workers(server)} == {version}
    assert client.get("/models").json()[0]["version"] == version
    assert client.post("/predict", json={"text": "later"}).json()["model"]["version"] == version

    verdicts = server.samples("sentiment_feedback_total", version=version)
    assert len(verdicts) == 4
    assert set(verdicts.values()) == {0}
    verdict = {"prediction_id": old["prediction_id"], "correct": False, "text": "before the change"}
    assert client.post("/feedback", json=verdict).status_code == 200
    assert server.total("sentiment_feedback_total", version=before, verdict="wrong") == 1
    wait_until(lambda: info(server) == {version: 2})
    assert server.total("sentiment_scoring_processes", model="baseline") == 2
    assert server.total("sentiment_model_changes_total", model="baseline", result="done") == 1


def scale(folder: Path, factor: float) -> None:
    path = folder / WEIGHTS / "weights.safetensors"
    save_file({name: tensor * np.float32(factor) for name, tensor in load_file(path).items()}, path)


def scale_to_nan(folder: Path) -> None:
    """Let the model score every text as NaN, in files that the manifest and signature fit."""
    scale(folder, np.nan)


def test_a_model_that_scores_nan_is_refused_and_the_old_one_serves_on(
    server: Server, client: httpx.Client, store: Path, signing_key: Path
) -> None:
    (served,) = {worker["version"] for worker in workers(server)}
    bad = add_version(store, "baseline", signing_key, scale_to_nan)
    ended = change(client)
    assert (ended["state"], ended["version"]) == ("refused", bad)
    assert "no shares of readers" in ended["reason"]
    assert {worker["version"] for worker in workers(server)} == {served}
    assert client.post("/predict", json={"text": "fine"}).json()["model"]["version"] == served
    assert set(info(server)) == {served}
    assert server.total("sentiment_model_changes_total", model="baseline", result="refused") == 1
    # The older version of the store can be named.
    asked = {"model": "baseline", "version": served}
    assert client.post("/admin/models", json=asked, headers=BEARER).status_code == 200


def restore(folder: Path, good: Path) -> None:
    shutil.copytree(good / WEIGHTS, folder / WEIGHTS, dirs_exist_ok=True)


def test_a_change_while_a_worker_starts_reaches_the_worker(
    server: Server, client: httpx.Client, store: Path, signing_key: Path, trained: Workplace
) -> None:
    good = partial(restore, good=trained.champion("baseline"))
    version = add_version(store, "baseline", signing_key, good)
    killed = server.api_workers()[0]
    killed.kill()
    killed.wait()
    asked = {"model": "baseline"}
    first, second = (client.post("/admin/models", json=asked, headers=BEARER) for _ in range(2))
    assert first.status_code == 202
    assert is_error(second, 409)
    # circus looks for dead workers every 10 s.
    wait_until(lambda: [worker["version"] for worker in workers(server)] == [version] * 2)
    assert killed.pid not in {worker["pid"] for worker in workers(server)}
    assert report(server)["change"]["state"] == "done"
    assert report(server)["models"][0]["version"] == version


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"model": "lstm"}, 400),
        ({"model": "baseline", "version": "../../x"}, 400),
        ({"model": "baseline", "run": "x"}, 400),
        ({}, 400),
        ({"model": "baseline", "version": ".."}, 400),
        ({"model": "baseline", "version": "nosuch"}, 404),
    ],
)
def test_a_wrong_request_is_refused(client: httpx.Client, body: dict[str, str], code: int) -> None:
    assert is_error(client.post("/admin/models", json=body, headers=BEARER), code)


def test_a_part_of_a_version_names_no_version(client: httpx.Client, server: Server) -> None:
    part = report(server)["models"][0]["version"][:3]
    body = {"model": "baseline", "version": part}
    assert is_error(client.post("/admin/models", json=body, headers=BEARER), 404)


def test_only_the_admin_key_opens_the_route(client: httpx.Client) -> None:
    assert is_error(client.get("/admin/models"), 401)
    assert is_error(client.post("/admin/models", json={"model": "baseline"}), 401)
