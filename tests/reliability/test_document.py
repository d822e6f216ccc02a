"""docs/reliability.md lists every promise and fault, and its tests exist."""

from pathlib import Path

import pytest

from tests.reliability.document import faults_table, promises_table
from tests.reliability.promises import PROMISES, Promise
from tests.support.champions import REPOSITORY
from tests.support.reliability.outcomes import Outcome, is_test, read_outcomes

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.test.partition("::")[2])
def test_the_test_of_a_promise_exists(promise: Promise) -> None:
    assert is_test(promise.test)


def test_the_document_lists_the_promises_and_faults_of_the_code() -> None:
    document = (REPOSITORY / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert faults_table() in document
    for row in promises_table({}, set()).splitlines()[2:]:
        subject, sentence, test, *_ = row.removeprefix("| ").split(" | ")
        assert f"| {subject} | {sentence} | {test} | " in document


def test_outcomes_and_figures_come_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase file="t.py" name="test_a[1]"/>'
        '<testcase file="t.py" name="test_a[2]"><failure/></testcase>'
        '<testcase file="t.py" name="test_b"><properties><property name="requests" value="7"/>'
        "</properties></testcase></testsuite></testsuites>"
    )
    outcomes = read_outcomes([report])
    assert outcomes["t.py::test_a"].describe() == "1 failed, 1 passed"
    assert outcomes["t.py::test_b"].describe() == "passed; requests: 7"
    assert Outcome().describe() == "not run"
