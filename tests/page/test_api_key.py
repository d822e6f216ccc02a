"""A service with API keys: the page asks for the key, and the tab keeps it."""

import pytest
from selenium.webdriver.common.keys import Keys

from serving.api_keys import new_api_key
from tests.page.test_accessibility import violations
from tests.support.page.browser import Browser
from tests.support.servers import Server, StartServer

KEY, ENTRY = new_api_key("page", "1000/minute")
TEXT = "What a lovely flight, thank you!"


@pytest.fixture(scope="module")
def guarded(start_module_server: StartServer) -> Server:
    return start_module_server(models="baseline", runners="inline", api_keys=ENTRY)


@pytest.fixture
def locked(new_browser: Browser, guarded: Server) -> Browser:
    """The browser of a new visitor, whom the page asks for the key."""
    new_browser.visit(f"{guarded.url}/ui")
    new_browser.see("#key-dialog", "This service needs a key")
    return new_browser


def give(browser: Browser, key: str) -> None:
    browser.find("#key").send_keys(key, Keys.ENTER)


def test_the_page_works_after_the_key_is_given_once(locked: Browser, guarded: Server) -> None:
    assert violations(locked) == []
    give(locked, KEY)
    locked.paste("#text", TEXT)
    locked.find("#check").click()
    locked.see(".verdict", TEXT)
    # A reload.
    locked.open(f"{guarded.url}/ui")
    locked.wait(lambda: locked.find_all("#model option"))
    locked.find("#check").click()
    locked.see(".verdict", TEXT)
    assert not locked.find("#key-dialog").is_displayed()


def test_a_wrong_key_is_asked_for_again(locked: Browser) -> None:
    give(locked, "wrong")
    locked.see("#key-wrong", "does not know this key")
    give(locked, KEY)
    locked.paste("#text", TEXT)
    locked.find("#check").click()
    locked.see(".verdict", TEXT)


def test_a_visitor_without_the_key_sees_the_reason_and_may_try_again(locked: Browser) -> None:
    locked.find("#key-cancel").click()
    alert = locked.see('[role="alert"]', "The service needs a key")
    alert.find_element("css selector", "button").click()
    locked.see("#key-dialog", "This service needs a key")
