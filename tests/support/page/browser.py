"""Debian's Chromium with its driver, without access to other hosts."""

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

_PATIENCE_S = 60.0
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    # Requests to other hosts fail and are logged.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


class Browser:
    """A browser with one tab."""

    def __init__(self, driver: webdriver.Chrome, downloads: Path) -> None:
        self.driver = driver
        self.downloads = downloads

    def forget(self) -> None:
        """Open a new tab and reset languages, size, colours and logs."""
        old = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        new = self.driver.current_window_handle
        self.driver.switch_to.window(old)
        self.driver.close()
        self.driver.switch_to.window(new)
        self.command("Network.enable")
        self.command(
            "Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads)
        )
        self.speak("en-GB")
        self.look(1280, "light")
        self.asked_hosts()
        self.complaints()

    def visit(self, url: str) -> None:
        """Open the page without stored data. Wait for the models, a problem or the key dialog."""
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        self.command("Storage.clearDataForOrigin", origin=origin, storageTypes="all")
        self.open(url)
        self.wait(lambda: self.find_all("#model option, .problem, #key-dialog[open]"))

    def open(self, url: str) -> None:
        self.driver.get(url)

    def command(self, name: str, **parameters: object) -> dict[str, Any]:
        """Run a command of the Chrome DevTools Protocol."""
        answer: dict[str, Any] = self.driver.execute_cdp_cmd(name, parameters)
        return answer

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def find_all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def see(self, selector: str, text: str = "") -> WebElement:
        """Wait until an element is shown and contains ``text``, and return it."""

        def shown() -> WebElement | None:
            for element in self.find_all(selector):
                if element.is_displayed() and text in element.text:
                    return element
            return None

        try:
            element: WebElement = self.wait(shown)
            return element
        except TimeoutException as error:
            body = self.find("body").text
            raise AssertionError(f"{selector} {text!r} is not shown:\n{body}") from error

    def wait(self, condition: Any) -> Any:
        # The page may replace an element while the condition reads the element.
        replaced = (StaleElementReferenceException,)
        waiting = WebDriverWait(self.driver, _PATIENCE_S, 0.05, ignored_exceptions=replaced)
        return waiting.until(lambda _: condition())

    def paste(self, selector: str, text: str) -> None:
        """Replace the text of a field. Typed keys cannot produce every character."""
        field = self.find(selector)
        field.clear()
        field.click()
        self.command("Input.insertText", text=text)

    def press(self, *keys: str) -> None:
        """Press keys one after the other, in the focused element."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def press_with(self, modifier: str, key: str) -> None:
        """Press a key while a modifier is held."""
        ActionChains(self.driver).key_down(modifier).send_keys(key).key_up(modifier).perform()

    def value(self, selector: str) -> str:
        """The text in a field."""
        return self.find(selector).get_attribute("value") or ""

    def focused(self) -> str:
        """The id of the focused element, or its text if it has no id."""
        element = self.driver.switch_to.active_element
        return element.get_attribute("id") or element.text

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def speak(self, languages: str) -> None:
        """Set the browser's languages, for instance ``fr-CA,fr``."""
        agent = self.run("return navigator.userAgent")
        self.command("Network.setUserAgentOverride", userAgent=agent, acceptLanguage=languages)

    def look(self, width: int, scheme: str, height: int = 900) -> None:
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        # Without transitions, so that tests see the final colours.
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        self.command(
            "Emulation.setEmulatedMedia",
            features=[{"name": name, "value": value} for name, value in features.items()],
        )

    def force_colours(self) -> None:
        """Emulate a contrast theme, which has few colours."""
        feature = {"name": "forced-colors", "value": "active"}
        self.command("Emulation.setEmulatedMedia", features=[feature])

    def picture(self) -> bytes:
        """The whole page as a PNG."""
        size = self.command("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.command("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(shot["data"])

    def offline(self, offline: bool) -> None:
        self.command(
            "Network.emulateNetworkConditions",
            offline=offline, latency=0, downloadThroughput=-1, uploadThroughput=-1,
        )  # fmt: skip

    def asked_hosts(self) -> set[str]:
        """Host and port of each request since the last call, including the browser's own."""
        hosts = set()
        for entry in self.driver.get_log("performance"):  # type: ignore[no-untyped-call]
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = urlsplit(message["params"]["request"]["url"])
                if address.scheme not in ("about", "blob", "chrome", "data"):
                    hosts.add(address.netloc.rpartition("@")[2])
        return hosts

    def complaints(self) -> list[str]:
        """Messages of the browser's console since the last call."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in entries]


@contextmanager
def open_browser(folder: Path) -> Iterator[Browser]:
    """A browser with its profile in ``folder``."""
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or driver is None:
        raise RuntimeError("the browser is missing: run make debian")
    options = Options()
    options.binary_location = binary
    for flag in (*_FLAGS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    downloads = folder / "downloads"
    downloads.mkdir()
    with webdriver.Chrome(options, Service(driver)) as chrome:
        yield Browser(chrome, downloads)
