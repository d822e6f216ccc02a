"""The page works by keyboard alone, with a visible focus."""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.support.page.browser import Browser
from tests.support.servers import Server

TEXT = "What a lovely flight, thank you so much!"


def stops(browser: Browser, at_most: int = 60) -> list[str]:
    """The elements at which Tab stops after the skip link, each with a visible focus."""
    browser.run("document.querySelector('.skip').focus()")
    found: list[str] = []
    for _ in range(at_most):
        browser.press(Keys.TAB)
        stop = browser.run(
            """
            const at = document.activeElement;
            if (at === document.body) return null;
            // A hidden file input shows its focus by its label.
            const shown = at.type === "file" ? [...at.parentElement.children] : [at];
            const ringed = shown.some((node) => {
              const style = getComputedStyle(node);
              return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
            });
            const box = at.getBoundingClientRect();
            const seen = ringed && box.bottom > 0 && box.top < innerHeight;
            return [at.id || at.textContent.trim(), seen];
            """
        )
        if stop is None:
            break
        name, visible = stop
        assert visible, name
        found.append(name)
    return found


def reach(browser: Browser, name: str) -> None:
    for _ in range(60):
        if browser.focused() == name:
            return
        browser.press(Keys.TAB)
    raise AssertionError(f"{name} is not reached")


def test_one_tweet_works_by_keyboard(browser: Browser) -> None:
    assert stops(browser) == ["English", "Français", "tab-one", "model", "text", "check"]
    reach(browser, "text")
    browser.press(TEXT)
    browser.press_with(Keys.CONTROL, Keys.ENTER)
    browser.see(".verdict")
    assert browser.focused() == "text"
    reach(browser, "Shade the words")
    browser.press(Keys.SPACE)
    assert browser.find(".switch").get_attribute("aria-checked") == "false"
    reach(browser, "compare")
    browser.press(Keys.ENTER)
    browser.see("#agreement", "models")
    assert "Yes" in stops(browser)
    reach(browser, "No")
    browser.press(Keys.ENTER)
    assert browser.focused() == "consent"
    browser.press(Keys.SPACE, Keys.TAB)
    assert browser.focused() == "Send"
    browser.press(Keys.ENTER)
    browser.see("#feedback", "Thank you")
    browser.wait(lambda: browser.focused() == "next")
    browser.press(Keys.ENTER)
    assert browser.focused() == "text"
    assert browser.find("#text").get_attribute("value") == ""


def test_several_tweets_work_by_keyboard(browser: Browser) -> None:
    reach(browser, "tab-one")
    browser.press(Keys.ARROW_RIGHT)
    assert browser.focused() == "tab-several"
    assert browser.find("#tab-several").get_attribute("aria-selected") == "true"
    reach(browser, "texts")
    browser.press("Lovely crew", Keys.ENTER, "Awful seats, I hate them")
    reach(browser, "check-several")
    browser.press(Keys.ENTER)
    browser.see("#several-results table")
    heading = browser.find("th.probability").text
    assert {"file", "Download as CSV", heading} <= set(stops(browser))
    reach(browser, heading)
    browser.press(Keys.ENTER)
    assert browser.find("th.probability").get_attribute("aria-sort") == "ascending"
    assert browser.focused() == heading
    reach(browser, "Look closer")
    browser.press(Keys.ENTER)
    browser.see(".verdict .shaded", "Awful seats")
    assert browser.focused() == "text"


def test_the_skip_link_leads_to_the_content(browser: Browser) -> None:
    browser.press(Keys.TAB)
    assert browser.find(".skip").is_displayed()
    browser.press(Keys.ENTER)
    assert browser.focused() == "main"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_visible_in_both_themes(browser: Browser, server: Server, scheme: str) -> None:
    browser.look(360, scheme)
    assert len(stops(browser)) >= 6
