"""Workflows run make targets. make lint checks the rest by actionlint and zizmor."""

import re
from pathlib import Path
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


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_with_secrets_runs_for_no_pull_request(path: Path) -> None:
    text = path.read_text()
    triggers = set(yaml.safe_load(text)[True])
    assert "secrets." not in text or triggers <= {"push", "schedule", "workflow_dispatch"}


def test_the_job_that_writes_to_the_repository_has_no_secrets_of_the_database() -> None:
    workflow = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "retrain.yml").read_text())
    jobs = workflow["jobs"]
    writing = {name for name, job in jobs.items() if "write" in job.get("permissions", {}).values()}
    reading = {name for name, job in jobs.items() if "secrets." in str(job)}
    assert workflow["permissions"] == {}
    assert writing == {"pull-request"}
    assert reading == {"challenger"}
