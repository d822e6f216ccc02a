"""Contents, size and labels of the image."""

import os
import subprocess
from typing import Any

import pytest

from tests.support.champions import REPOSITORY
from tests.support.containers import Container, Engine
from tests.support.image_report import Figures

pytestmark = pytest.mark.image

MOST_BYTES = 900_000_000
TRAINING_ONLY = (
    *("keras", "mlflow", "onnx", "pandas", "pytest", "scipy", "sklearn", "tensorflow", "torch"),
    "transformers",
)


def test_it_is_smaller_than_900_megabytes(metadata: dict[str, Any], figures: Figures) -> None:
    figures["uncompressed size"] = f"{metadata['Size'] / 1e6:.0f} MB"
    assert metadata["Size"] <= MOST_BYTES


def test_it_holds_no_training_packages_and_no_compilers(engine: Engine, image: str) -> None:
    code = (
        "import importlib.util, shutil\n"
        f"print([name for name in {TRAINING_ONLY} if importlib.util.find_spec(name)])\n"
        "print([name for name in ('cc', 'gcc', 'git') if shutil.which(name)])\n"
    )
    found = engine.run("run", "--rm", "--entrypoint", "/app/.venv/bin/python", image, "-c", code)
    assert found.stdout.split() == ["[]", "[]"]


def test_its_labels_name_its_commit_version_source_and_models(
    metadata: dict[str, Any], container: Container
) -> None:
    labels = metadata["Config"]["Labels"]
    command = ["git", "rev-parse", "HEAD"]
    head = subprocess.check_output(command, cwd=REPOSITORY, text=True)
    assert labels["org.opencontainers.image.revision"] == head.strip()
    assert labels["org.opencontainers.image.version"]
    assert labels.get("org.opencontainers.image.source") == os.environ.get("SOURCE_URL")
    with container.client() as client:
        served = {model["name"]: model["version"] for model in client.get("/models").json()}
    prefix = "tweet-sentiment.model.sentiment-"
    labelled = {name for name in labels if name.startswith(prefix)}
    assert {name.removeprefix(prefix): labels[name] for name in labelled} == served


def test_it_runs_the_service_as_a_user_without_privileges(metadata: dict[str, Any]) -> None:
    config = metadata["Config"]
    assert config["User"] == "1034:1034"
    assert config["Entrypoint"] == ["/home/bentoml/bento/env/docker/entrypoint.sh"]
    assert config["Cmd"] == ["serve", "--timeout-graceful-shutdown", "30"]
