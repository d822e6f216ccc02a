"""The page of mentions, with invented mentions in the table."""

import re
from datetime import UTC, datetime, timedelta
from graphlib import TopologicalSorter

import httpx
import pytest
from selenium.webdriver.common.keys import Keys

from tests.page.test_accessibility import violations
from tests.support.champions import REPOSITORY
from tests.support.mentions import burst_at, store_mentions
from tests.support.page.browser import Browser
from tests.support.servers import Server, StartServer

FOLDER = REPOSITORY / "serving" / "crowd_page"
FILES = sorted(path.name for path in FOLDER.iterdir())
KEY = "abcdefgh12345678"


@pytest.fixture(scope="module")
def crowd_server(start_module_server: StartServer) -> Server:
    """A server with an admin key, whose table has a burst of negative mentions that ends now."""
    server = start_module_server(models="baseline", runners="inline", admin_key=KEY)
    store_mentions(server, burst_at(datetime.now(UTC)))
    return server


@pytest.fixture
def crowd(new_browser: Browser, crowd_server: Server) -> Browser:
    open_page(new_browser, crowd_server)
    return new_browser


def open_page(browser: Browser, server: Server, query: str = "") -> None:
    """Open the page with the admin key, as a person who has typed the key."""
    browser.command("Storage.clearDataForOrigin", origin=server.url, storageTypes="all")
    address = server.url.replace("http://", f"http://operator:{KEY}@")
    browser.open(f"{address}/ui/crowd{query}")
    browser.see("#report, #empty, .problem")


def figures(browser: Browser) -> list[str]:
    return [value.text for value in browser.find_all("#figures dd")]


def test_the_page_shows_the_burst(crowd: Browser) -> None:
    mentions, negative, usual, unsure = figures(crowd)
    assert int(mentions.replace(",", "")) > 100
    assert int(negative.rstrip("%")) > int(usual.rstrip("%"))
    assert unsure.endswith("%")
    label = crowd.find(".share-plot").get_attribute("aria-label") or ""
    found = re.search(r"Intervals above the usual band: (\d+) of (\d+)", label)
    assert found is not None
    assert 0 < int(found[1]) <= len(crowd.find_all("path.above")) < int(found[2])
    words = crowd.find_all("#word-list li")
    assert words[0].text.splitlines()[0] in {"bag", "carousel", "lost"}
    assert re.search(r"\d+ tweets, \d+ negative", words[0].text)
    sources = crowd.find_all("#source-list .name")
    assert [source.text for source in sources] == ["page", "mentions", "replies"]


def test_the_numbers_of_the_chart_are_in_a_table(crowd: Browser) -> None:
    crowd.find("summary").send_keys(Keys.ENTER)
    first = crowd.see("#rows tr.unusual")
    assert re.search(r"\d+ \d+ \d+% \d+% to \d+% \d+$", first.text)
    assert len(crowd.find_all("#rows tr")) in (96, 97)


def test_the_address_has_the_choice_of_source_and_window(crowd: Browser) -> None:
    before = figures(crowd)[0]
    crowd.find('#source option[value="replies"]').click()
    crowd.wait(lambda: figures(crowd)[0] != before)
    crowd.find('#window option[value="6"]').click()
    crowd.wait(lambda: len(crowd.find_all("#rows tr")) in (24, 25))
    assert crowd.driver.current_url.endswith("/ui/crowd?source=replies&hours=6")
    crowd.driver.back()
    crowd.wait(lambda: len(crowd.find_all("#rows tr")) > 90)
    assert crowd.find("#source").get_attribute("value") == "replies"


def test_the_link_of_a_mail_shows_its_window_and_words(
    new_browser: Browser, crowd_server: Server
) -> None:
    until = datetime.now(UTC).replace(microsecond=0)
    since = until - timedelta(minutes=15)
    window = f"since={since:%Y-%m-%dT%H:%M:%SZ}&until={until:%Y-%m-%dT%H:%M:%SZ}"
    open_page(new_browser, crowd_server, f"?{window}&source=mentions#words")
    new_browser.wait(lambda: new_browser.focused() == "words")
    assert new_browser.find("#source").get_attribute("value") == "mentions"
    assert new_browser.find("#window").get_attribute("value") == "fixed"
    assert "is not renewed" in new_browser.find("#updated").text
    assert not new_browser.find("#pause").is_displayed()


def test_renewing_can_be_paused(crowd: Browser) -> None:
    assert "renewed every minute" in crowd.find("#updated").text
    crowd.find("#pause").click()
    assert crowd.find("#pause").text == "Resume"
    assert "paused" in crowd.find("#updated").text
    crowd.find("#pause").click()
    assert "renewed every minute" in crowd.find("#updated").text
    crowd.find("#again").click()
    crowd.wait(lambda: crowd.find("#status").get_attribute("textContent"))


def test_the_page_is_used_by_keyboard(crowd: Browser) -> None:
    reached = []
    for _ in range(8):
        crowd.press(Keys.TAB)
        reached.append(crowd.focused())
    assert reached == [
        *("Skip to the content", "English", "Français", "source", "window", "pause", "again"),
        "All numbers",
    ]


@pytest.mark.parametrize("state", ["report", "numbers", "problem"])
def test_axe_finds_no_violation(new_browser: Browser, crowd_server: Server, state: str) -> None:
    open_page(new_browser, crowd_server, "?since=2020-01-01T00:00Z" if state == "problem" else "")
    if state == "numbers":
        new_browser.find("summary").click()
    if state == "problem":
        new_browser.see('[role="alert"]', "longer than 35 days")
    for scheme, width in (("light", 1280), ("dark", 360)):
        new_browser.look(width, scheme)
        assert violations(new_browser) == [], (scheme, width)
        assert new_browser.run("return document.scrollingElement.scrollWidth") <= width


def test_the_page_is_in_french(new_browser: Browser, crowd_server: Server) -> None:
    new_browser.speak("fr")
    open_page(new_browser, crowd_server)
    assert new_browser.find("h1").text == "Ce que les gens écrivent"
    assert re.search(r"\d+ tweets, dont \d+ négatifs", new_browser.find("#word-list").text)
    new_browser.find('[data-language="en"]').click()
    assert new_browser.find("h1").text == "What people write"


def test_both_languages_have_the_keys_of_the_page(crowd: Browser) -> None:
    spoken = crowd.driver.execute_async_script(
        """
        const done = arguments[0];
        const files = ["crowd/en.js", "crowd/fr.js", "en.js"];
        Promise.all(files.map((file) => import(`/ui/${file}`)))
          .then((found) => done(found.map((one) => one.default)));
        """
    )
    english, french, shared = spoken
    assert list(english) == list(french)
    placeholders = [re.findall(r"\{\w+[#%@~]?\}", str(texts)) for texts in (english, french)]
    assert sorted(placeholders[0]) == sorted(placeholders[1])
    used = crowd.run(
        "return [...document.querySelectorAll('*')].flatMap((node) => "
        "[node.dataset?.text, node.dataset?.label]).filter(Boolean);"
    )
    assert len(used) > 40
    assert set(used) <= set(english) | set(shared)


def test_an_empty_table_says_how_to_start_the_stream(
    new_browser: Browser, crowd_server: Server
) -> None:
    open_page(new_browser, crowd_server, "?since=2020-01-01T00:00Z&until=2020-01-02T00:00Z")
    assert "python -m serving.stream" in new_browser.see("#empty").text
    assert violations(new_browser) == []


@pytest.mark.parametrize("path", ["/ui/crowd", *(f"/ui/crowd/{name}" for name in FILES)])
def test_the_page_allows_its_own_files_only(crowd_server: Server, path: str) -> None:
    answered = httpx.get(crowd_server.url + path, auth=("operator", KEY))
    assert answered.status_code == 200
    policy = answered.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert re.findall(r"<script[^>]*>[^<]|<style|\sstyle=|\son\w+=", answered.text) == []
    assert not re.search(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+", answered.text)


def test_scripts_import_each_other_in_one_direction() -> None:
    imports = {
        path.name: set(re.findall(r'^import .*"\./([\w.]+)";$', path.read_text(), re.MULTILINE))
        for path in FOLDER.glob("*.js")
    }
    assert set(TopologicalSorter(imports).static_order()) == set(imports)
