"""The page on a phone of 390 pixels."""

import pytest

from tests.support.page.browser import Browser
from tests.support.page.predictions import check

TEXT = "Lovely crew, but we landed two hours late"
WIDTH, HEIGHT = 390, 664


@pytest.fixture
def phone(browser: Browser) -> Browser:
    browser.look(WIDTH, "light", HEIGHT)
    return browser


def visible(browser: Browser, selector: str) -> bool:
    within: bool = browser.run(
        """
        const box = document.querySelector(arguments[0]).getBoundingClientRect();
        return box.top >= 0 && box.bottom <= innerHeight;
        """,
        selector,
    )
    return within


def test_the_verdict_scrolls_into_view(phone: Browser) -> None:
    check(phone, TEXT)
    phone.wait(lambda: visible(phone, "#verdict .headline"))
    phone.find("#recent-list button").click()
    phone.wait(lambda: visible(phone, "#verdict .headline"))


def test_a_verdict_beside_its_text_does_not_scroll(browser: Browser) -> None:
    browser.look(1280, "light")
    check(browser, TEXT)
    assert browser.run("return scrollY") == 0


def test_no_key_combination_is_shown(phone: Browser) -> None:
    assert not phone.find("kbd").is_displayed()
    phone.look(1280, "light")
    assert phone.find("kbd").is_displayed()
