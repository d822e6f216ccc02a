"""The packages import on systems that lack parts of Linux."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.champions import REPOSITORY
from tests.support.without_linux import PACKAGES, module_files

# Modules that macOS or Windows lacks.
OF_ONE_SYSTEM = {"fcntl", "grp", "msvcrt", "pwd", "resource", "termios", "winreg"}


def test_the_packages_import_without_the_parts_of_linux_that_macos_lacks() -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "tests.support.without_linux"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout == f"{os.cpu_count()}\n"


def imported_modules(source: str) -> Iterator[str]:
    """The modules that a source imports unconditionally when it is imported itself."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            yield statement.module


@pytest.mark.parametrize("package", PACKAGES)
def test_a_module_of_one_system_is_imported_under_a_check_of_the_system(package: str) -> None:
    found = {
        name: path
        for path in module_files()
        if path.is_relative_to(REPOSITORY / package)
        for name in imported_modules(path.read_text(encoding="utf-8"))
    }
    assert "pathlib" in found
    assert not OF_ONE_SYSTEM & found.keys()
