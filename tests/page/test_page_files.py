import re
from graphlib import TopologicalSorter

import httpx
import pytest

from models.text.length import LONGEST_TEXT
from tests.support.api_errors import is_error
from tests.support.champions import REPOSITORY
from tests.support.servers import Server

FOLDER = REPOSITORY / "serving" / "page"
FILES = sorted(path.name for path in FOLDER.iterdir())


@pytest.fixture(params=["/ui", *(f"/ui/{name}" for name in FILES)])
def answered(request: pytest.FixtureRequest, server: Server) -> httpx.Response:
    return httpx.get(server.url + request.param)


def test_the_page_allows_its_own_files_only(answered: httpx.Response) -> None:
    assert answered.status_code == 200
    policy = answered.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answered.headers["x-content-type-options"] == "nosniff"
    assert answered.headers["referrer-policy"] == "no-referrer"


def test_no_file_names_another_host(answered: httpx.Response) -> None:
    named = set(re.findall(r"(?:https?:)?//([\w-]+(?:\.[\w-]+)+)", answered.text))
    assert named <= {"www.w3.org"}  # the name space of SVG


def test_a_file_is_sent_again_only_when_it_changed(answered: httpx.Response) -> None:
    tag = answered.headers["etag"]
    again = httpx.get(answered.url, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert not again.content


def test_the_page_has_no_inline_code(server: Server) -> None:
    page = httpx.get(f"{server.url}/ui").text
    assert re.findall(r"<script[^>]*>[^<]", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []


def test_scripts_import_each_other_in_one_direction() -> None:
    imports = {
        path.name: set(re.findall(r'^import .*"\./([\w.]+)";$', path.read_text(), re.MULTILINE))
        for path in FOLDER.glob("*.js")
    }
    # static_order raises CycleError if there is a circle.
    assert set(TopologicalSorter(imports).static_order()) == set(imports)
    assert len(imports["main.js"]) > 1


def test_the_page_has_the_limit_of_the_service(server: Server) -> None:
    page = httpx.get(f"{server.url}/ui").text
    assert f'<meta name="longest-text" content="{LONGEST_TEXT}">' in page


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fsettings.py", "%2e%2e", "index.html%00"])
def test_an_unknown_file_is_a_404_of_the_bounded_route(server: Server, name: str) -> None:
    def counted() -> float:
        return server.total("sentiment_http_requests_total", code="404")

    before = counted()
    assert is_error(httpx.get(f"{server.url}/ui/{name}"), 404)
    assert counted() == before + 1
    routes = {dict(labels)["route"] for labels in server.samples("sentiment_http_requests_total")}
    assert {route for route in routes if route.startswith("/ui")} == {
        *("/ui", "/ui/{file}", "/ui/crowd", "/ui/crowd/{file}"),
    }
