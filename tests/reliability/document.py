"""Write the tables of docs/reliability.md: ``python -m tests.reliability.document``.

The command runs all tests of tests/reliability, slow ones included, and the tests elsewhere that
show a promise. The tables list their outcomes and the figures that they recorded. The option
``--report`` takes the outcomes from earlier runs of ``pytest --junitxml``.
"""

import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from tests.reliability.faults import FAULTS
from tests.reliability.promises import PROMISES
from tests.support.champions import REPOSITORY
from tests.support.reliability.outcomes import Outcome, read_outcomes
from training.markdown import markdown_table, replace_between

_FOLDER = "tests/reliability"
_OF_FAULTS = f"{_FOLDER}/test_faults.py::test_a_fault_turns_its_test_red"


def promises_table(outcomes: Mapping[str, Outcome], slow: set[str]) -> str:
    """One row for each promise."""
    rows = [
        [
            promise.subject,
            promise.sentence,
            f"`{promise.test.partition('::')[2]}`",
            "`make test-all`" if promise.test in slow else "`make test`",
            outcomes.get(promise.test, Outcome()).describe(),
        ]
        for promise in PROMISES
    ]
    return markdown_table(["subject", "promise", "test", "run by", "outcome"], rows, text_columns=5)


def faults_table() -> str:
    """One row for each injected fault."""
    rows = [
        [fault.name, f"`{fault.file}`", f"`{fault.test.partition('::')[2]}`"] for fault in FAULTS
    ]
    return markdown_table(["fault", "file", "test that fails"], rows, text_columns=3)


def run_sentence(outcomes: Mapping[str, Outcome]) -> str:
    """Date and machine of a run, and the number of faults that turned their test red."""
    return (
        f"Last run: {datetime.now(UTC):%Y-%m-%d}, {_processor()}. "
        f"Injected faults that turned their test red: {outcomes[_OF_FAULTS].passed} of "
        f"{len(FAULTS)}."
    )


def main(
    document: Annotated[Path, typer.Option(help="Document with the tables.")] = (
        REPOSITORY / "docs" / "reliability.md"
    ),
    report: Annotated[
        list[Path] | None, typer.Option(help="Reports of earlier runs; repeat the option.")
    ] = None,
) -> None:
    """Run the tests of the promises and write their outcomes into the document."""
    elsewhere = [p.test for p in PROMISES if not p.test.startswith(f"{_FOLDER}/")]
    with TemporaryDirectory() as folder:
        new_report = Path(folder) / "report.xml"
        if not report:
            _pytest("-m", "not image", f"--junitxml={new_report}", _FOLDER, *elsewhere)
        outcomes = read_outcomes(report or [new_report])
    for name, text in {
        "run": run_sentence(outcomes),
        "promises": promises_table(outcomes, _slow_tests([_FOLDER, *elsewhere])),
        "faults": faults_table(),
    }.items():
        begin = f"<!-- {name}: written by python -m tests.reliability.document -->"
        replace_between(document, begin, f"<!-- end of {name} -->", text)
    sys.exit(any(outcome.failed for outcome in outcomes.values()))


def _pytest(*arguments: str, quiet: bool = False) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE if quiet else None,
        text=True,
        check=False,
    )


def _slow_tests(places: list[str]) -> set[str]:
    """Ids of the test functions with the marker ``slow``."""
    listed = _pytest("--collect-only", "-q", "-m", "slow and not image", *places, quiet=True)
    return {line.partition("[")[0] for line in listed.stdout.splitlines() if "::" in line}


def _processor() -> str:
    """Name of the processor and its number of cores."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.machine()
    return f"{len(names)} cores of an {name}"


if __name__ == "__main__":
    typer.run(main)
