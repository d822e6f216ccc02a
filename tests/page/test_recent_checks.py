"""The list of the last checks, which only the tab keeps."""

from tests.support.page.browser import Browser
from tests.support.page.predictions import check
from tests.support.servers import Server

FIRST = "What a lovely flight, thank you!"
SECOND = "You lost my bag again"


def listed(browser: Browser) -> list[str]:
    return [entry.text for entry in browser.find_all(".recent-text")]


def kept(browser: Browser) -> str:
    """All that the browser stores for the page."""
    stored: str = browser.run("return JSON.stringify([{...sessionStorage}, {...localStorage}])")
    return stored


def test_an_earlier_check_is_shown_without_a_request(browser: Browser, server: Server) -> None:
    def requests() -> float:
        return server.total("sentiment_http_requests_total", route="/predict")

    assert not browser.find("#recent").is_displayed()
    browser.find('#model option[value="baseline"]').click()
    check(browser, FIRST)
    browser.find('#model option[value="distilbert"]').click()
    check(browser, SECOND)
    check(browser, FIRST)
    assert listed(browser) == [FIRST, SECOND, FIRST]
    before = requests()
    browser.find_all(".recent-check")[2].click()
    browser.see(".made-by", "baseline")
    assert browser.value("#text") == FIRST
    assert browser.value("#model") == "baseline"
    assert not browser.find_all("#answer.outdated")
    assert requests() == before
    browser.driver.back()
    browser.see(".made-by", "distilbert")
    # The same text and model again is the same entry.
    check(browser, SECOND)
    assert listed(browser) == [SECOND, FIRST, FIRST]


def test_an_earlier_check_takes_no_second_verdict(browser: Browser) -> None:
    check(browser, FIRST)
    browser.find_all("#feedback button")[1].click()
    browser.find(".consent .main-button").click()
    browser.see("#feedback", "Thank you")
    browser.find("#next").click()
    browser.find(".recent-check").click()
    browser.see("#feedback", "already has its verdict")
    assert not browser.find_all("#feedback button")


def test_the_list_lasts_until_it_is_cleared_and_stays_in_its_tab(
    browser: Browser, server: Server
) -> None:
    check(browser, SECOND)
    check(browser, FIRST)
    browser.driver.refresh()
    browser.see(".recent-check")
    assert listed(browser) == [FIRST, SECOND]
    browser.find("#clear-recent").click()
    assert not browser.find("#recent").is_displayed()
    assert SECOND not in kept(browser)
    check(browser, FIRST)
    browser.driver.switch_to.new_window("tab")
    browser.open(f"{server.url}/ui")
    browser.see("#text")
    assert listed(browser) == []
    assert FIRST not in kept(browser)


def test_the_list_has_at_most_twenty_checks(browser: Browser) -> None:
    check(browser, FIRST)
    browser.run(
        """
        const [one] = JSON.parse(sessionStorage.getItem("recent-checks"));
        const many = Array.from({ length: 20 }, (_, n) => ({ ...one, id: n, text: `tweet ${n}` }));
        sessionStorage.setItem("recent-checks", JSON.stringify(many));
        """
    )
    browser.driver.refresh()
    browser.see(".recent-check")
    check(browser, SECOND)
    assert listed(browser) == [SECOND, *(f"tweet {number}" for number in range(19))]
