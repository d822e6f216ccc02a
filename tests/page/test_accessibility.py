"""axe-core's rules in every state of the page, and no horizontal scrolling at any width."""

from importlib.resources import files
from typing import Any

import pytest

from tests.support.page.browser import Browser
from tests.support.page.files import drop_file

AXE = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
TEXT = "Lovely crew, but we landed two hours late and nobody told us why #fail"


def one_tweet(browser: Browser) -> None:
    browser.find('#model option[value="baseline"]').click()
    browser.paste("#text", TEXT)
    browser.find("#check").click()
    browser.see(".verdict")
    browser.find("#compare").click()
    browser.see("#agreement", "models")
    browser.find_all("#feedback button")[1].click()


def unread(browser: Browser) -> None:
    browser.paste("#text", "@AirParadis")
    browser.find("#check").click()
    browser.see(".verdict", "Not sure")


def outdated(browser: Browser) -> None:
    browser.paste("#text", TEXT)
    browser.find("#check").click()
    browser.see(".verdict")
    browser.find("#copy").click()
    browser.see("#copied", "Copied")
    browser.find_all("#feedback button")[0].click()
    browser.paste("#text", f"{TEXT}\nLovely")
    browser.see("#lines-hint", "2 lines")
    browser.find("#next").click()
    browser.paste("#text", f"{TEXT}\nLovely")
    browser.find("#recent button.recent-check").click()
    browser.see(".verdict")
    browser.paste("#text", f"{TEXT}\nLovely")
    assert browser.find("#return-draft").is_displayed()
    assert browser.find("#outdated").text


def problem(browser: Browser) -> None:
    browser.paste("#text", "long " * 201)
    browser.find("#check").click()
    browser.see('[role="alert"]')


def several(browser: Browser) -> None:
    browser.find("#tab-several").click()
    browser.paste("#texts", "\n".join([TEXT, "Lovely", "I hate it", "@AirParadis", "x" * 1001] * 4))
    browser.find("#check-several").click()
    browser.see("#several-results table")


def unclear_column(browser: Browser) -> None:
    browser.find("#tab-several").click()
    content = "Comment,Message\nso good today,a kind crew\nawful day,my bag is lost"
    drop_file(browser, "comments.csv", content)
    browser.see("#column-preview")


def unread_file(browser: Browser) -> None:
    unclear_column(browser)
    browser.find(".candidate button").click()
    drop_file(browser, "empty.csv", "")
    browser.see('[role="alert"]')


def nothing(browser: Browser) -> None:
    assert browser.find(".empty").is_displayed()


STATES = [
    nothing,
    one_tweet,
    outdated,
    unread,
    problem,
    several,
    unclear_column,
    unread_file,
]


def violations(browser: Browser) -> list[dict[str, Any]]:
    browser.run(AXE)
    answer = browser.driver.execute_async_script(
        "const done = arguments[0]; axe.run(document, { resultTypes: ['violations'] }).then(done);"
    )
    assert len(answer["passes"]) > 15
    return [
        {
            "rule": found["id"],
            "impact": found["impact"],
            "nodes": [n["html"] for n in found["nodes"]],
        }
        for found in answer["violations"]
    ]


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_no_violation(browser: Browser, state: Any) -> None:
    state(browser)
    for scheme, width in (("light", 1280), ("dark", 360)):
        browser.look(width, scheme)
        assert violations(browser) == [], (scheme, width)


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_wider_than_the_window(browser: Browser, state: Any) -> None:
    state(browser)
    for width in (360, 600, 1024, 1920):
        browser.look(width, "light")
        assert browser.run("return document.scrollingElement.scrollWidth") <= width


def test_the_themes_follow_the_system(browser: Browser) -> None:
    colours = []
    for scheme in ("light", "dark"):
        browser.look(1280, scheme)
        colours.append(browser.find("body").value_of_css_property("background-color"))
    assert colours[0] != colours[1]


def test_a_verdict_is_announced(browser: Browser) -> None:
    browser.paste("#text", TEXT)
    browser.find("#check").click()
    browser.see(".verdict")
    status = browser.find("#status")
    assert status.get_attribute("role") == "status"
    announced = status.get_attribute("textContent") or ""
    assert announced.startswith(browser.find("#verdict .said").text)
    assert announced.endswith(browser.find("#verdict figcaption").text)
