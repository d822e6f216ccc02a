"""Every injected fault turns its test red."""

import ast
from pathlib import Path

import pytest

from tests.reliability.faults import FAULTS
from tests.support.champions import REPOSITORY
from tests.support.reliability.injection import Fault, turns_red
from tests.support.reliability.outcomes import is_test


def name(fault: Fault) -> str:
    return fault.name


@pytest.mark.unit
@pytest.mark.parametrize("fault", FAULTS, ids=name)
def test_the_text_of_a_fault_occurs_once(fault: Fault, tmp_path: Path) -> None:
    copied = tmp_path / fault.file
    copied.parent.mkdir(parents=True)
    original = (REPOSITORY / fault.file).read_text(encoding="utf-8")
    copied.write_text(original, encoding="utf-8")
    fault.inject(tmp_path)
    changed = copied.read_text(encoding="utf-8")
    assert changed != original
    ast.parse(changed)


@pytest.mark.unit
@pytest.mark.parametrize("fault", FAULTS, ids=name)
def test_the_test_of_a_fault_exists(fault: Fault) -> None:
    assert is_test(fault.test)


@pytest.mark.unit
def test_faults_have_names_of_their_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.slow
@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize("fault", FAULTS, ids=name)
def test_a_fault_turns_its_test_red(fault: Fault, tmp_path: Path) -> None:
    assert turns_red(fault, tmp_path)
