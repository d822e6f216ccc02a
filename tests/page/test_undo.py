"""A wrong click on Yes or No can be undone, as nothing is sent at once."""

import time

from selenium.webdriver.common.keys import Keys

from tests.support.page.browser import Browser
from tests.support.page.predictions import check
from tests.support.page.proxy import Answer, Proxy
from tests.support.servers import Server

TEXT = "What a lovely flight, thank you!"
WAIT_S = 5.0


def verdicts(server: Server) -> tuple[float, float]:
    right, wrong = (
        server.total("sentiment_feedback_total", verdict=verdict)
        for verdict in ("correct", "wrong")
    )
    return right, wrong


def press(browser: Browser, name: str) -> None:
    for button in browser.find_all("#feedback button"):
        if button.text == name:
            button.click()
            return
    raise AssertionError(f"there is no button {name}")


def test_yes_and_no_can_be_undone(browser: Browser, server: Server) -> None:
    right, wrong = verdicts(server)
    check(browser, TEXT)
    press(browser, "Yes")
    assert browser.focused() == "Undo"
    press(browser, "Undo")
    press(browser, "No")
    assert browser.focused() == "consent"
    press(browser, "Undo")
    assert browser.focused() == "Yes"
    press(browser, "No")
    press(browser, "Send")
    browser.see("#feedback", "Thank you")
    assert verdicts(server) == (right, wrong + 1)


def test_the_next_tweet_sends_a_waiting_yes(browser: Browser, server: Server) -> None:
    right, wrong = verdicts(server)
    check(browser, TEXT)
    # Without timers, the wait has no end of its own.
    browser.run("window.setTimeout = () => 0")
    press(browser, "Yes")
    browser.find("#next").click()
    browser.wait(lambda: verdicts(server) == (right + 1, wrong))


def test_the_end_of_the_page_sends_a_waiting_yes(browser: Browser, server: Server) -> None:
    right, wrong = verdicts(server)
    check(browser, TEXT)
    press(browser, "Yes")
    browser.open("about:blank")
    browser.wait(lambda: verdicts(server) == (right + 1, wrong))


def test_a_yes_waits_while_the_keyboard_is_at_undo(browser: Browser, server: Server) -> None:
    right, wrong = verdicts(server)
    check(browser, TEXT)
    browser.press(Keys.TAB)
    while browser.focused() != "Yes":
        browser.press(Keys.TAB)
    browser.press(Keys.ENTER)
    time.sleep(WAIT_S + 0.5)
    assert browser.focused() == "Undo"
    assert verdicts(server) == (right, wrong)
    browser.press(Keys.TAB)
    browser.see("#feedback", "Thank you")
    assert verdicts(server) == (right + 1, wrong)


def test_a_lost_yes_is_told_after_the_next_tweet(
    troubled: Browser, server: Server, proxy: Proxy
) -> None:
    right, wrong = verdicts(server)
    check(troubled, TEXT)
    proxy.answer("/feedback", Answer(503))
    press(troubled, "Yes")
    troubled.find("#next").click()
    alert = troubled.see('#one-problem [role="alert"]', "busy")
    proxy.recover()
    alert.find_element("css selector", "button").click()
    troubled.wait(lambda: verdicts(server) == (right + 1, wrong))
