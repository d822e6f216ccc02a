import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from load_tests.servers.model_versions import add_version
from models.registry import FAMILIES
from tests.support.champions import REPOSITORY, Workplace
from tests.support.servers import StartServer
from tests.support.waiting import wait_until

ADMIN_KEY = "a key for the tests"
# hadolint's findings in BentoML's template, which no option can avoid.
FINDINGS = {
    "SC3020": "the template tests for groupadd, which Debian has",
    "DL3046": "the user's number is 1034; only large numbers make a log file large",
    "DL3059": "one more layer",
    "DL3013": "not executed: serving/image.py has installed uv before, pinned",
    "DL3042": "not executed, as DL3013",
    "DL4006": "the pipe is a test of uv's version, and no package depends on it",
    "DL3066": "deploy/image/Dockerfile switches to the user 1034:1034",
}


@pytest.mark.parametrize(
    ("bentofile", "settings"),
    [
        ("bentofile.yaml", {}),
        # The settings of a GPU server, on the CPU.
        pytest.param(
            "bentofile.gpu.yaml",
            {"backend": "native", "runners": "service"},
            marks=pytest.mark.slow,
        ),
    ],
)
def test_the_bento_serves_from_an_empty_folder(
    trained: Workplace,
    start_server: StartServer,
    tmp_path: Path,
    bentofile: str,
    settings: dict[str, str],
) -> None:
    """The Bento for GPUs is slow: a build takes a minute, and only its requirements differ."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(trained.home / "models")
    subprocess.run(
        [REPOSITORY / "deploy/bento/build.sh"],
        cwd=REPOSITORY,
        # As in make build.
        env={
            **trained.environment,
            "BENTOML_HOME": str(home),
            "BENTOFILE": bentofile,
            "BIN": str(Path(sys.executable).parent),
        },
        check=True,
        capture_output=True,
    )
    (bento,) = [path for path in (home / "bentos").glob("*/*") if path.is_dir()]
    exported = tmp_path / "bento"
    shutil.copytree(bento, exported)
    shutil.rmtree(home / "bentos")
    assert not [path for path in exported.rglob("*") if path.name in ("training", "tests", ".git")]
    files = [path for path in exported.rglob("*") if path.is_file()]
    assert not [path for path in files if b"PRIVATE KEY" in path.read_bytes()]
    assert (exported / "src/provenance/bom.cdx.json").is_file()
    check_requirements((exported / "env" / "python" / "requirements.txt").read_text())
    check_dockerfile(exported / "env" / "docker" / "Dockerfile")

    if not settings:
        # As in an image.
        shutil.copytree(trained.home / "models", exported / "models")
    empty = tmp_path / "empty"
    empty.mkdir()
    # The Bento brings the public key of its champions.
    server = start_server(
        bento=str(exported), working_folder=empty, admin_key=ADMIN_KEY, model_key="", **settings
    )
    with server.client() as client:
        for family in FAMILIES:
            body = {"text": "What a lovely flight!", "model": family}
            assert client.post("/predict", json=body).json()["label"] == "positive"
        page = client.get("/admin/feedback", params={"format": "html"}, auth=("any", ADMIN_KEY))
        assert page.status_code == 200
        assert client.get("/ui").status_code == client.get("/ui/main.js").status_code == 200
        assert len(client.get("/models").json()) == len(FAMILIES)
        if not settings:
            check_change(client, exported, trained)
    backends = {dict(labels)["backend"] for labels in server.samples("sentiment_model_info")}
    assert backends == {settings.get("backend", "onnx")}


def check_change(client: httpx.Client, bento: Path, trained: Workplace) -> None:
    """A new version in the Bento's own model store goes live, as in a volume of a container."""
    key = trained.folder / "data" / "model_signing_key.pem"
    version = add_version(bento, "baseline", key)
    bearer = {"Authorization": f"Bearer {ADMIN_KEY}"}
    wanted = {"model": "baseline", "version": version}
    asked = client.post("/admin/models", json=wanted, headers=bearer)
    assert asked.status_code == 202
    body = {"text": "What a lovely flight!", "model": "baseline"}
    wait_until(lambda: client.post("/predict", json=body).json()["model"]["version"] == version)


def check_requirements(text: str) -> None:
    assert all("==" in line for line in text.splitlines())
    assert "://" not in text


def check_dockerfile(path: Path) -> None:
    pins = (REPOSITORY / "requirements" / "constraints.txt").read_text().splitlines()
    (installer,) = re.findall(
        r"^RUN pip install --no-cache-dir (\S+)$", path.read_text(), re.MULTILINE
    )
    assert installer in pins
    hadolint = Path(sys.executable).with_name("hadolint")
    ignored = [option for rule in FINDINGS for option in ("--ignore", rule)]
    linted = subprocess.run([hadolint, *ignored, path], capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout
