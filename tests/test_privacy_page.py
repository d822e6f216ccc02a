import re

from tests.support.champions import REPOSITORY


def test_every_test_that_the_privacy_page_names_exists() -> None:
    page = (REPOSITORY / "docs" / "privacy.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    sources = [path.read_text(encoding="utf-8") for path in REPOSITORY.glob("tests/**/*.py")]
    defined = {
        name for text in sources for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)
    }
    assert len(named) > 10
    assert named <= defined
