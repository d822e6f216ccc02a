"""requirements/install_packages.sh in a folder of its own, with a group that has no packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.champions import REPOSITORY

UV = Path(sys.executable).with_name("uv")
PROGRAMS = ("bash", "dirname", "grep", "mktemp", "rm", "sed", "tail")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose group ``dev`` is empty, and a folder of programs without any Python."""
    requirements, programs = tmp_path / "requirements", tmp_path / "programs"
    requirements.mkdir()
    programs.mkdir()
    for name in ("install_packages.sh", "constraints.txt"):
        shutil.copy(REPOSITORY / "requirements" / name, requirements)
    (tmp_path / "pyproject.toml").write_text("[dependency-groups]\ndev = []\n", encoding="utf-8")
    for name in PROGRAMS:
        (programs / name).symlink_to(str(shutil.which(name)))
    return tmp_path


def install(project: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the script with the programs of the project alone. Nothing is downloaded."""
    return subprocess.run(
        [project / "requirements" / "install_packages.sh", "dev"],
        env={
            "HOME": str(project),
            "PATH": str(project / "programs"),
            "UV_CACHE_DIR": str(project / "cache"),
            "UV_OFFLINE": "1",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def link(project: Path, program: Path, name: str) -> None:
    (project / "programs" / name).symlink_to(program)


def version_of(project: Path) -> str:
    return subprocess.check_output([project / ".venv/bin/python", "--version"], text=True).strip()


def test_uv_makes_the_environment_with_an_installed_python(project: Path) -> None:
    link(project, UV, "uv")
    link(project, Path(os.path.realpath(sys.executable)), "python3")
    outcome = install(project)
    assert outcome.returncode == 0, outcome.stderr
    assert version_of(project) == f"Python {sys.version.split()[0]}"
    assert f"setting up .venv with {version_of(project)}" in outcome.stdout
    again = install(project, PYTHON="3.99")
    assert again.returncode == 0, "a usable .venv is kept"


def test_without_any_python_the_error_names_the_versions(project: Path) -> None:
    link(project, UV, "uv")
    outcome = install(project)
    assert outcome.returncode == 1
    assert "could not download it" in outcome.stderr
    assert "Python 3.11 3.12 3.13" in outcome.stderr
    assert not (project / ".venv").exists()


def test_a_python_of_another_version_is_refused(project: Path) -> None:
    link(project, UV, "uv")
    script = project / "requirements" / "install_packages.sh"
    # The interpreter of the tests is none of these versions.
    script.write_text(script.read_text().replace('"3.11 3.12 3.13"', '"3.97 3.98"'))
    outcome = install(project, PYTHON=os.path.realpath(sys.executable))
    assert outcome.returncode == 1
    assert f"is Python {sys.version.split()[0]}" in outcome.stderr
    assert "one of Python 3.97 3.98" in outcome.stderr
    assert not (project / ".venv").exists()


def test_without_uv_and_python_the_error_names_the_remedy(project: Path) -> None:
    outcome = install(project)
    assert outcome.returncode == 1
    assert "uv is missing" in outcome.stderr
    assert "python3-venv" in outcome.stderr
    assert not (project / ".uv").exists()
