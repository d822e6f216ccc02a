"""Several lines that are pasted into "One tweet" may be several tweets."""

from selenium.webdriver.common.keys import Keys

from tests.support.page.browser import Browser


def test_pasted_lines_can_be_moved_to_several(browser: Browser) -> None:
    browser.find("#tab-several").click()
    browser.paste("#texts", "typed before")
    browser.find("#tab-one").click()
    browser.paste("#text", "Lovely crew\n\nAwful seats\n")
    hint = browser.see("#lines-hint", "These are 2 lines. Are they several tweets?")
    hint.find_element("css selector", "button").click()
    assert browser.focused() == "texts"
    assert browser.value("#texts") == "typed before\nLovely crew\nAwful seats"
    assert browser.value("#text") == ""
    browser.driver.back()
    assert browser.find("#lines-hint").text == ""


def test_typed_lines_get_no_hint(browser: Browser) -> None:
    browser.find("#text").click()
    browser.press("Lovely crew", Keys.ENTER, "Awful seats")
    assert browser.find("#lines-hint").text == ""


def test_the_hint_ends_with_the_check_or_the_lines(browser: Browser) -> None:
    browser.paste("#text", "Lovely crew\nAwful seats")
    browser.see("#lines-hint", "2 lines")
    browser.find("#check").click()
    browser.see(".verdict")
    assert browser.find("#lines-hint").text == ""
    browser.paste("#text", "Lovely crew\nAwful seats")
    browser.see("#lines-hint", "2 lines")
    browser.paste("#text", "Lovely crew")
    assert browser.find("#lines-hint").text == ""
