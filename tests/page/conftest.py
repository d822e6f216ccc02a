from collections.abc import Iterator

import pytest

from tests.support.package_servers import start_package_server
from tests.support.page.browser import Browser, open_browser
from tests.support.page.proxy import Proxy, listening
from tests.support.servers import Server, StartServer

__all__ = ["start_package_server"]


@pytest.fixture(scope="package")
def server(start_package_server: StartServer) -> Server:
    """A server of all families, with one worker."""
    return start_package_server(runners="inline")


@pytest.fixture(scope="package")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with open_browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def new_browser(chromium: Browser) -> Iterator[Browser]:
    """A browser without any state, before its first page.

    After the test, the browser has requested no other host, and its console has no message apart
    from HTTP errors.
    """
    chromium.forget()
    yield chromium
    chromium.offline(False)
    assert {host.partition(":")[0] for host in chromium.asked_hosts()} == {"127.0.0.1"}
    assert [said for said in chromium.complaints() if "Failed to load resource" not in said] == []


@pytest.fixture
def browser(new_browser: Browser, server: Server) -> Browser:
    """The browser of a new visitor on the page."""
    new_browser.visit(f"{server.url}/ui")
    return new_browser


@pytest.fixture(scope="package")
def proxy(server: Server) -> Iterator[Proxy]:
    """A proxy in front of the service that can answer in its place."""
    with listening(server.url) as proxy:
        yield proxy


@pytest.fixture
def troubled(new_browser: Browser, proxy: Proxy) -> Iterator[Browser]:
    """The browser of a new visitor on the page behind the proxy."""
    new_browser.visit(f"{proxy.url}/ui")
    yield new_browser
    proxy.recover()
