"""``pull_request.sh`` with real repositories. A script in place of ``gh`` notes its arguments."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.champions import REPOSITORY
from tests.support.monitoring.processes import binary

GH = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$1 $2" in
  "run download") cp "$REPORT" "$7/retraining.md" ;;
  "pr list") [ -s "$OPENED" ] && echo 1 || echo 0 ;;
  "pr create") echo yes > "$OPENED" ;;
esac
"""


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        [binary("git"), "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A shallow clone of a repository with one commit, whose remote is ``origin``."""
    origin, work, checkout = (tmp_path / name for name in ("origin", "work", "checkout"))
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(origin))
    git(tmp_path, "clone", "--quiet", str(origin), str(work))
    (work / "README.md").write_text("the project\n")
    git(work, "add", "README.md")
    author = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    git(work, *author, "commit", "--quiet", "--message", "first")
    git(work, "push", "--quiet", "origin", "HEAD:main")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{origin}", str(checkout))
    return checkout


def open_pull_request(checkout: Path, report: str) -> str:
    """Run the script with a report of the workflow. Returns the calls of ``gh``."""
    folder = checkout.parent
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    (folder / "report.md").write_text(report)
    calls = folder / "calls"
    calls.write_text("")
    subprocess.run(
        [str(REPOSITORY / "deploy" / "retraining" / "pull_request.sh"), "71", "baseline"],
        cwd=checkout,
        env={
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "CALLS": str(calls),
            "REPORT": str(folder / "report.md"),
            "OPENED": str(folder / "opened"),
        },
        check=True,
    )
    return calls.read_text()


def test_a_second_report_replaces_the_report_of_the_open_pull_request(checkout: Path) -> None:
    origin = checkout.parent / "origin"
    calls = open_pull_request(checkout, "the first table\n")
    assert "run download 71 --name retraining" in calls
    assert "pr create --head retraining/baseline --base main" in calls
    git(checkout, "switch", "--quiet", "main")
    calls = open_pull_request(checkout, "the second table\n")
    assert "pr create" not in calls
    assert "pr edit retraining/baseline" in calls
    shown = git(origin, "show", "retraining/baseline:docs/retraining/baseline.md")
    assert shown == "the second table\n"
    changed = git(origin, "diff", "--name-only", "main", "retraining/baseline")
    assert changed.split() == ["docs/retraining/baseline.md"]
    assert git(origin, "rev-list", "--count", "main") == "1\n"
