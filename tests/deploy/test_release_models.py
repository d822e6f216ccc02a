"""Sources of a release's models. tests/integration/test_tracking_backends.py tests the registry."""

import io
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.champions import REPOSITORY, Workplace


@pytest.fixture(scope="module")
def archive(trained: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("exported") / "1.bentomodel"
    export = ("models", "export", "sentiment-baseline:latest", str(archive))
    subprocess.run(
        [sys.executable, "-m", "bentoml", *export],
        env=trained.environment,
        check=True,
        capture_output=True,
    )
    return archive


@pytest.fixture
def archives(archive: Path, tmp_path: Path) -> Path:
    """A folder with the archive of the baseline."""
    archives = tmp_path / "archives"
    archives.mkdir()
    shutil.copy(archive, archives)
    return archives


def take_models(
    archives: Path, workplace: Workplace, trained: Workplace
) -> subprocess.CompletedProcess[str]:
    """Run the command of a release in a workplace that trusts the key of the champions."""
    environment = {**workplace.environment, "SENTIMENT_MODEL_KEY": str(trained.model_key)}
    del environment["MLFLOW_TRACKING_URI"]
    return subprocess.run(
        [sys.executable, "-m", "deploy.release.models", str(archives)],
        cwd=archives.parent,
        env={**environment, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_archives_attached_to_a_release_fill_the_store(
    trained: Workplace, workplace: Workplace, archives: Path
) -> None:
    outcome = take_models(archives, workplace, trained)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout == "archives\n"
    imported = workplace.champion("baseline")
    assert imported.name == trained.champion("baseline").name
    assert [path.name for path in (workplace.home / "models").iterdir()] == ["sentiment-baseline"]


def remove_signature(archive: Path) -> None:
    rewrite(archive, lambda name: None if name.endswith("model.sig") else name)


def escape_from_the_folder(archive: Path) -> None:
    rewrite(archive, lambda name: "../../escaped" if name.endswith("model.sig") else name)


def rewrite(archive: Path, rename: Callable[[str], str | None]) -> None:
    """Write the archive anew with other names of its members, without those named None."""
    content = io.BytesIO()
    with tarfile.open(archive) as source, tarfile.open(fileobj=content, mode="w:xz") as target:
        for member in source.getmembers():
            if name := rename(member.name):
                file = source.extractfile(member) if member.isfile() else None
                member.name = name
                target.addfile(member, file)
    archive.write_bytes(content.getvalue())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (remove_signature, "has no signature"),
        (escape_from_the_folder, "Unsafe archive member path"),
        (lambda archive: archive.write_bytes(b"\x80\x04garbage"), "is no archive"),
    ],
)
def test_an_archive_without_a_trusted_signature_is_not_imported(
    trained: Workplace,
    workplace: Workplace,
    archives: Path,
    change: Callable[[Path], object],
    message: str,
) -> None:
    change(archives / "1.bentomodel")
    outcome = take_models(archives, workplace, trained)
    assert outcome.returncode == 1
    assert message in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert not list(workplace.home.glob("models/*/*/manifest.json"))
    assert not list(workplace.folder.rglob("escaped"))
