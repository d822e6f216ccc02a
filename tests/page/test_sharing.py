"""A verdict as text: copied, shared or mailed, and only on request."""

from urllib.parse import unquote

from selenium.webdriver.common.keys import Keys

from tests.support.page.browser import Browser
from tests.support.page.predictions import check

TEXT = 'Lovely crew & "great" seats, 100 % on time?\nThank you #AirParadis'


def report(browser: Browser) -> str:
    """The text that belongs to the shown verdict."""
    announced = browser.find("#status").get_attribute("textContent")
    return f"“{TEXT}”\n\n{announced}\n\n{browser.find('#verdict .made-by').text}"


def pasted(browser: Browser) -> str:
    """The clipboard, by way of the field for several tweets."""
    browser.find("#tab-several").click()
    browser.find("#texts").click()
    browser.press_with(Keys.CONTROL, "v")
    return browser.value("#texts")


def test_a_verdict_is_copied_with_its_tweet(browser: Browser) -> None:
    check(browser, TEXT)
    told = report(browser)
    browser.find("#copy").click()
    browser.see("#copied", "Copied")
    assert pasted(browser) == told


def test_a_page_without_https_copies_too(browser: Browser) -> None:
    # Browsers offer no clipboard to such a page.
    browser.run("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    check(browser, TEXT)
    told = report(browser)
    browser.find("#copy").click()
    browser.see("#copied", "Copied")
    assert pasted(browser) == told


def test_a_refused_copy_shows_the_text(browser: Browser) -> None:
    browser.run("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    browser.run("document.execCommand = () => false")
    check(browser, TEXT)
    told = report(browser)
    browser.find("#copy").click()
    browser.see("#copied", "Copy this text yourself")
    assert browser.value("#copied textarea") == told
    assert browser.run("return getSelection().toString()") == told


def test_without_a_way_to_share_a_verdict_is_mailed(browser: Browser) -> None:
    check(browser, TEXT)
    mail = browser.find("#mail")
    assert browser.find("#share").is_displayed() is not mail.is_displayed()
    # The link has no text before the click. The test needs no mail program.
    assert mail.get_attribute("href") == "mailto:"
    browser.run("addEventListener('click', (event) => event.preventDefault())")
    browser.run("arguments[0].click()", mail)
    address = mail.get_attribute("href") or ""
    assert address.startswith("mailto:?subject=How%20will%20this%20tweet%20be%20read%3F&body=")
    assert unquote(address.partition("&body=")[2]) == report(browser)


def test_the_note_on_a_copy_ends_with_the_verdict(browser: Browser) -> None:
    check(browser, TEXT)
    browser.find("#copy").click()
    browser.see("#copied", "Copied")
    browser.find("#next").click()
    assert browser.find("#copied").text == ""
    assert not browser.find("#actions").is_displayed()
