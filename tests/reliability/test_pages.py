"""Pages load nothing from other hosts, carry security headers and work below a path prefix."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import httpx
import pytest

from tests.support.deploy.sub_path import published_below
from tests.support.page.browser import Browser, open_browser
from tests.support.servers import Server, StartServer

_KEY = "key-of-the-pages-test"
_PREFIX = "/sentiment"
_PAGES = ("/", "/ui", "/admin/feedback?format=html")
_LOADED = re.compile(rb"""(?:src|href)="([^"#]+)"|\bfrom "(\./[^"]+)"|\burl\(["']?([^"')]+)""")
_HOST = re.compile(rb"""(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)""", re.IGNORECASE)
# The name of an XML format: no browser requests it.
_NAMESPACES = {b"www.w3.org"}
# Swagger UI names its documentation and a validator. The policy forbids requests to them.
_SWAGGER_UI = ("/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css")
_OPERATION = "#operations-default-predict"


@pytest.fixture(scope="module")
def server(start_module_server: StartServer) -> Server:
    return start_module_server(
        models="baseline", runners="inline", admin_key=_KEY, path_prefix=_PREFIX
    )


@pytest.fixture(scope="module")
def published(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service's address below the prefix, behind nginx."""
    with published_below(_PREFIX, server.url, tmp_path_factory.mktemp("nginx")) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with open_browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser, published: str) -> Iterator[Browser]:
    """A browser without stored data. All requests of the test go to nginx, and none fails."""
    chromium.forget()
    yield chromium
    assert chromium.asked_hosts() == {httpx.URL(published).netloc.decode()}
    assert chromium.complaints() == []


def _page_with_files(server: Server, page: str) -> dict[str, httpx.Response]:
    """The answers of a page and of all files that it and its files load, by path."""
    answers: dict[str, httpx.Response] = {}
    waiting = [page]
    with httpx.Client(base_url=server.url, auth=("operator", _KEY)) as client:
        while waiting:
            path = waiting.pop()
            answers[path] = client.get(path)
            assert answers[path].status_code == 200, path
            text = _own_text(answers, path)
            names = [b"".join(groups).decode() for groups in _LOADED.findall(text)]
            paths = [
                urljoin(path, name) for name in names if not name.startswith(("data:", "mailto:"))
            ]
            waiting += [found for found in paths if found not in (*answers, *waiting)]
    return answers


def _own_text(answers: dict[str, httpx.Response], path: str) -> bytes:
    return b"" if path in _SWAGGER_UI else answers[path].content


@pytest.mark.parametrize("page", _PAGES)
def test_a_page_and_its_files_name_no_other_host(server: Server, page: str) -> None:
    answers = _page_with_files(server, page)
    for path in answers:
        assert set(_HOST.findall(_own_text(answers, path))) <= _NAMESPACES, path
    if page != _PAGES[2]:
        assert len(answers) > 4


@pytest.mark.parametrize("page", _PAGES)
def test_a_page_and_its_files_carry_the_security_headers(server: Server, page: str) -> None:
    for path, answer in _page_with_files(server, page).items():
        headers = answer.headers
        if path == "/docs.json":
            continue
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; "), path
        # The report alone has forms, which send a review to the service itself.
        forms = "'self'" if path.startswith("/admin/") else "'none'"
        ending = f"form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
        assert policy.endswith(ending), path
        assert not re.search(r"http|\*|unsafe-eval|script-src[^;]*unsafe", policy), path
        assert headers["cross-origin-opener-policy"] == "same-origin", path
        assert headers["cross-origin-resource-policy"] == "same-origin", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["permissions-policy"], path
        assert headers["cache-control"] in ("no-cache", "no-store"), path


def test_the_page_works_below_a_prefix_and_requests_its_own_host_alone(
    browser: Browser, published: str
) -> None:
    browser.visit(f"{published}/ui")
    browser.paste("#text", "What a great flight, I love it")
    browser.find("#check").click()
    browser.see(".made-by", "baseline")


def test_the_api_page_sends_a_request_below_a_prefix(browser: Browser, published: str) -> None:
    browser.open(f"{published}/")
    browser.see(f"{_OPERATION} .opblock-summary").click()
    browser.see(f"{_OPERATION} .try-out__btn").click()
    browser.see(f"{_OPERATION} .execute").click()
    answer = browser.see(f"{_OPERATION} .live-responses-table", "prediction_id")
    assert f"{published}/predict" in browser.find(f"{_OPERATION} .request-url").text
    assert '"name": "baseline"' in answer.text


def test_the_document_and_redirects_keep_the_prefix(server: Server, published: str) -> None:
    document = httpx.get(f"{published}/docs.json").json()
    assert document["servers"] == [{"url": _PREFIX}]
    for path in ("/ui/", "/ui/style.css/?a=b", "/models/"):
        location = httpx.get(published + path).headers["location"]
        assert location == _PREFIX + path.replace("/?", "?").rstrip("/")
        assert httpx.get(published + path, follow_redirects=True).status_code == 200
    # A path is never taken for a host.
    assert httpx.get(f"{server.url}//evil.example/").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/static_content/swagger-ui.css", "/static_content/", "/healthz", "/assets/"],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_routes_of_the_framework_are_closed(server: Server, path: str, method: str) -> None:
    assert httpx.request(method, server.url + path).status_code == 404
