"""Back and Forward move between tweets and tabs, and no draft is lost on the way."""

from tests.support.page.browser import Browser
from tests.support.page.predictions import check
from tests.support.servers import Server

FIRST = "What a lovely flight, thank you!"
SECOND = "You lost my bag again"
DRAFT = "A draft about the new seats"


def check_all(browser: Browser, *texts: str) -> None:
    browser.find("#tab-several").click()
    browser.paste("#texts", "\n".join(texts))
    browser.find("#check-several").click()
    browser.see("#several-results table")


def test_back_and_forward_move_between_tweets(browser: Browser, server: Server) -> None:
    check(browser, FIRST)
    browser.find("#next").click()
    assert browser.focused() == "text"
    assert browser.value("#text") == ""
    assert not browser.find_all(".verdict")
    check(browser, SECOND)
    browser.driver.back()
    browser.see(".verdict .shaded", FIRST)
    assert browser.value("#text") == FIRST
    assert not browser.find_all("#answer.outdated")
    browser.driver.forward()
    browser.see(".verdict .shaded", SECOND)
    assert browser.value("#text") == SECOND
    # No text stands in an address.
    assert browser.driver.current_url == f"{server.url}/ui"


def test_back_returns_to_the_tab_before(browser: Browser) -> None:
    browser.find("#tab-several").click()
    browser.driver.back()
    browser.see("#text")
    assert browser.find("#tab-one").get_attribute("aria-selected") == "true"
    browser.driver.forward()
    browser.see("#texts")


def test_look_closer_keeps_the_draft_and_the_list(browser: Browser) -> None:
    browser.paste("#text", DRAFT)
    check_all(browser, FIRST, SECOND)
    browser.find_all("td.look button")[1].click()
    browser.see(".verdict .shaded", SECOND)
    assert browser.find("#return-draft").is_displayed()
    browser.driver.back()
    browser.see("#several-results table", FIRST)
    browser.driver.back()
    browser.wait(lambda: browser.value("#text") == DRAFT)
    assert not browser.find_all("#verdict .verdict")
    assert not browser.find("#return-draft").is_displayed()


def test_a_button_returns_to_the_draft(browser: Browser) -> None:
    check(browser, FIRST)
    browser.paste("#text", DRAFT)
    browser.find("#next").click()
    browser.find("#return-draft").click()
    assert browser.value("#text") == DRAFT
    assert not browser.find_all(".verdict")
    assert not browser.find("#return-draft").is_displayed()


def test_a_reload_keeps_the_tab_and_the_verdict(browser: Browser) -> None:
    check(browser, FIRST)
    browser.find("#text").send_keys(" Not.")
    browser.driver.refresh()
    browser.see(".verdict .shaded", FIRST)
    assert browser.value("#text") == f"{FIRST} Not."
    assert browser.find_all("#answer.outdated")
    browser.find("#tab-several").click()
    browser.driver.refresh()
    browser.see("#texts")
