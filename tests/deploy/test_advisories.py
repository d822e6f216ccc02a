"""Every advisory that ``make audit`` ignores has a reason here and an answer in SECURITY.md."""

import re

import pytest

from tests.support.champions import REPOSITORY

ACCEPTED = [
    line
    for line in (REPOSITORY / "requirements" / "accepted_advisories.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("line", ACCEPTED)
def test_an_accepted_advisory_has_a_reason_and_an_answer(line: str) -> None:
    found = re.fullmatch(r"((?:CVE|GHSA|PYSEC)-[\w-]+)  (\S.{20,})", line)
    assert found
    assert found[1] in (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
