"""Files that a user drops on the page."""

from tests.support.page.browser import Browser

_DROP = """
const [names, contents] = arguments;
const dropped = new DataTransfer();
names.forEach((name, index) => dropped.items.add(new File([contents[index]], name)));
const event = { bubbles: true, cancelable: true, dataTransfer: dropped };
document.getElementById("drop").dispatchEvent(new DragEvent("drop", event));
"""


def drop_file(browser: Browser, name: str, content: str) -> None:
    drop_files(browser, {name: content})


def drop_files(browser: Browser, files: dict[str, str]) -> None:
    """Drop files together, by name and content."""
    browser.run(_DROP, list(files), list(files.values()))
