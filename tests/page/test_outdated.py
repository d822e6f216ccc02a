"""A verdict beside another text, or below the name of another model, is marked as outdated."""

from tests.support.page.browser import Browser
from tests.support.page.predictions import check
from tests.support.page.proxy import Proxy

TEXT = "What a lovely flight, thank you!"


def is_outdated(browser: Browser) -> bool:
    marked = browser.find_all("#answer.outdated")
    told = browser.find("#outdated").text
    assert bool(marked) is bool(told)
    return bool(marked)


def test_a_change_of_the_text_marks_the_verdict_as_outdated(browser: Browser) -> None:
    check(browser, TEXT)
    browser.find("#compare").click()
    browser.see("#agreement", "models")
    assert not is_outdated(browser)
    browser.find("#text").send_keys(" Not.")
    assert is_outdated(browser)
    assert "This verdict is on the earlier text" in browser.find("#outdated").text
    # The question and the comparison are on the earlier text too.
    assert not browser.find("#feedback").is_displayed()
    assert not browser.find("#comparison").is_displayed()
    browser.paste("#text", f"{TEXT}\n")
    assert not is_outdated(browser)
    assert browser.find("#feedback").is_displayed()
    check(browser, "I hate it")
    assert not is_outdated(browser)


def test_the_choice_of_another_model_marks_the_verdict_as_outdated(browser: Browser) -> None:
    check(browser, TEXT)
    browser.find('#model option[value="baseline"]').click()
    assert is_outdated(browser)
    assert "This verdict is by the earlier one" in browser.find("#outdated").text
    browser.find('#model option[value="distilbert"]').click()
    assert not is_outdated(browser)


def test_an_answer_to_an_earlier_text_is_outdated_at_once(troubled: Browser, proxy: Proxy) -> None:
    answered = proxy.hold("/predict")
    troubled.paste("#text", TEXT)
    troubled.find("#check").click()
    troubled.paste("#text", "I hate it")
    answered.set()
    troubled.see(".verdict", TEXT)
    assert is_outdated(troubled)
