"""Workflows run make targets. make lint checks the rest by actionlint and zizmor."""

import re
from typing import Any

import pytest
import yaml

from tests.support.champions import REPOSITORY

WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
# Installs the packages of a container that checkout and make need.
BEFORE_MAKE = "apt-get update && apt-get install -y --no-install-recommends "


def steps() -> list[dict[str, Any]]:
    return [
        step
        for path in WORKFLOWS
        for job in yaml.safe_load(path.read_text())["jobs"].values()
        for step in job["steps"]
    ]


@pytest.mark.parametrize(
    "command",
    sorted(
        {
            step["run"]
            for step in steps()
            if not step.get("run", BEFORE_MAKE).startswith(BEFORE_MAKE)
        }
    ),
)
def test_every_step_is_a_make_target(command: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
    found = re.fullmatch(r'make ([a-z-]+)(?: >> "\$GITHUB_STEP_SUMMARY")?', command)
    assert found
    assert found[1] in targets


@pytest.mark.parametrize("action", sorted({step["uses"] for step in steps() if "uses" in step}))
def test_actions_are_pinned_by_commit(action: str) -> None:
    assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
