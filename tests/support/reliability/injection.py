"""Faults that are injected into a copy of the sources, one at a time, to see a test fail."""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.champions import REPOSITORY, trained_workplace, workplace_folder

_CHAMPIONS = Path(".pytest_cache", "d", "champions")


@dataclass(frozen=True)
class Fault:
    """A change of one ``file`` that breaks a promise of the service.

    ``text`` occurs once in the file, and ``replacement`` takes its place. ``test`` is the id of a
    test that fails with the fault.
    """

    name: str
    file: str
    text: str
    replacement: str
    test: str

    def inject(self, sources: Path) -> None:
        """Change the file. Raises ``ValueError`` if the text does not occur exactly once."""
        path = sources / self.file
        content = path.read_text(encoding="utf-8")
        if content.count(self.text) != 1:
            raise ValueError(f"{self.file} has {content.count(self.text)} times: {self.text}")
        path.write_text(content.replace(self.text, self.replacement), encoding="utf-8")


class FaultError(Exception):
    """The test of a fault neither passed nor failed."""


def copy_sources(folder: Path) -> Path:
    """A copy of the tracked files, as they are in the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 the developer's own git
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, folder / name)
    return folder


def turns_red(fault: Fault, folder: Path) -> bool:
    """Whether the test of a fault fails in a copy of the sources with the fault.

    Raises ``FaultError`` if the test cannot run there, or fails in its fixtures alone.
    """
    sources = copy_sources(folder / "sources")
    fault.inject(sources)
    _link_champions(sources)
    report = folder / "report.xml"
    outcome = _run(
        [
            *(sys.executable, "-m", "pytest", fault.test, "-m", "not image", "--maxfail", "1"),
            *("--junitxml", str(report)),
        ],
        sources,
    )
    if outcome.returncode not in (0, 1):
        raise FaultError(f"{fault.name}: {fault.test} did not run:\n{outcome.stdout}")
    suite = next(ElementTree.parse(report).iter("testsuite"))  # noqa: S314 our own file
    red = int(suite.attrib["failures"]) > 0
    if not red and int(suite.attrib["errors"]):
        raise FaultError(f"{fault.name}: {fault.test} ended with an error:\n{outcome.stdout}")
    return red


def _run(command: list[str], sources: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command in the copy, and kill the servers that a failed test left there."""
    # The copy's tests must not import this checkout.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        return subprocess.run(
            command, cwd=sources, env=environment, capture_output=True, text=True, check=False
        )
    finally:
        for process in psutil.process_iter(["cwd"]):
            if process.info["cwd"] == str(sources):
                process.kill()


def _link_champions(sources: Path) -> None:
    """Give the copy this checkout's champions, although a fault changes the code of training."""
    (sources / _CHAMPIONS).mkdir(parents=True)
    copied = workplace_folder(sources / _CHAMPIONS, sources)
    copied.symlink_to(trained_workplace(REPOSITORY / _CHAMPIONS).folder.resolve())
