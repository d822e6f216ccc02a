import re

import pytest

from tests.support.champions import REPOSITORY

PAGE = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
RISKS = [f"ML{number:02}" for number in range(1, 11)]


def defined_tests() -> set[str]:
    sources = [path.read_text(encoding="utf-8") for path in REPOSITORY.glob("tests/**/*.py")]
    return {name for text in sources for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}


def test_every_test_that_the_security_page_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 30
    assert named <= defined_tests()


@pytest.mark.parametrize("risk", RISKS)
def test_a_risk_has_an_answer_and_a_test(risk: str) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {risk} ")]
    _, _, answer, tests, _ = row.split("|")
    assert answer.strip()
    assert "`test_" in tests


@pytest.mark.parametrize("package", ["BentoML", "MLflow", "Keras", "torch"])
def test_the_advisories_are_those_of_the_pinned_version(package: str) -> None:
    (version,) = re.findall(rf"^### {package} (\S+)$", PAGE, re.MULTILINE)
    pinned = (REPOSITORY / "requirements" / "constraints.txt").read_text(encoding="utf-8")
    assert f"{package.lower()}=={version}" in pinned.splitlines()
