"""The page on paper."""

from tests.support.page.browser import Browser
from tests.support.page.predictions import check

TEXT = "Lovely crew, but we landed two hours late"


def print_out(browser: Browser) -> None:
    """Apply the styles of paper, with the system's dark theme."""
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.command("Emulation.setEmulatedMedia", media="print", features=features)


def test_one_tweet_is_printed_without_controls(browser: Browser) -> None:
    check(browser, TEXT)
    browser.find("#compare").click()
    browser.see("#agreement", "models")
    print_out(browser)
    shown = browser.find("body").text
    assert shown.count(TEXT) == 4
    assert browser.find("#verdict .headline").is_displayed()
    controls = browser.find_all("button, select, textarea, input, a")
    assert [control.text for control in controls if control.is_displayed()] == []
    assert (
        browser.find("body").value_of_css_property("background-color") == "rgba(255, 255, 255, 1)"
    )
    browser.command("Emulation.setEmulatedMedia", media="")


def test_all_rows_of_several_tweets_are_printed(browser: Browser) -> None:
    texts = [f"Flight {number} was late again" for number in range(60)]
    browser.find("#tab-several").click()
    browser.paste("#texts", "\n".join(texts))
    browser.find("#check-several").click()
    browser.see("#several-results table")
    frame = "const f = document.querySelector('.frame'); return f.scrollHeight > f.clientHeight"
    assert browser.run(frame)
    print_out(browser)
    assert not browser.run(frame)
    assert not browser.find("#several-form").is_displayed()
    assert not browser.find("td.look").is_displayed()
    browser.command("Emulation.setEmulatedMedia", media="")
