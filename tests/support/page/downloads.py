"""Files that the page lets the user save."""

import csv
import io

from tests.support.page.browser import Browser


def download_text(browser: Browser) -> str:
    """The downloaded results of several tweets. They begin with a byte order mark."""
    file = browser.downloads / "tweets.csv"
    file.unlink(missing_ok=True)
    browser.find(".summary .quiet-button").click()
    # Chromium reserves the name by an empty file.
    browser.wait(lambda: file.exists() and file.stat().st_size > 0)
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return content.decode("utf-8-sig")


def download(browser: Browser, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of the downloaded results, by their headings."""
    file = io.StringIO(download_text(browser), newline="")
    return list(csv.DictReader(file, delimiter=delimiter))
