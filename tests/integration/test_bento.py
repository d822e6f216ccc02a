import shutil
import subprocess
import sys
from pathlib import Path

from models.registry import FAMILIES
from tests.champions import REPOSITORY, Workplace
from tests.conftest import StartServer


def test_the_bento_serves_from_an_empty_folder(
    trained: Workplace, start_server: StartServer, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(trained.home / "models")
    subprocess.run(
        [sys.executable, "-m", "bentoml", "build", str(REPOSITORY), "--output", "tag"],
        env={**trained.environment, "BENTOML_HOME": str(home)},
        check=True,
        capture_output=True,
    )
    (bento,) = [path for path in (home / "bentos" / "sentiment").iterdir() if path.is_dir()]
    exported = tmp_path / "bento"
    shutil.copytree(bento, exported)
    shutil.rmtree(home / "bentos")
    assert not [path for path in exported.rglob("*") if path.name in ("training", "tests", ".git")]
    pinned = (exported / "env" / "python" / "requirements.txt").read_text()
    assert "==" in pinned
    assert "://" not in pinned

    empty = tmp_path / "empty"
    empty.mkdir()
    server = start_server(bento=str(exported), working_folder=empty, admin_key="key")
    with server.client() as client:
        prediction = client.post("/predict", json={"text": "What a lovely flight!"}).json()
        assert prediction["label"] == "positive"
        page = client.get("/admin/feedback", params={"format": "html"}, auth=("any", "key"))
        assert page.status_code == 200
        assert client.get("/ui").status_code == client.get("/ui/main.js").status_code == 200
        assert len(client.get("/models").json()) == len(FAMILIES)
