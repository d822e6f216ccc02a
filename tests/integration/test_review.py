"""The review of suspicious labels over HTTP: by JSON, and by the report's forms."""

import re
import sqlite3
from collections.abc import Iterator

import httpx
import pytest

from tests.support.api_errors import is_error
from tests.support.servers import Server, StartServer
from tests.support.verdicts import database_of, judge, predict, recorded

KEY = "a key for the tests"
BEARER = {"Authorization": f"Bearer {KEY}"}
TEXT = "<b>late</b> again"


@pytest.fixture(scope="module")
def server(start_module_server: StartServer) -> Server:
    return start_module_server(models="baseline", runners="inline", admin_key=KEY)


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


def suspect(server: Server, *, correct: bool) -> str:
    """The id of a verdict with a kept text and a suspicious label."""
    before = recorded(database_of(server))
    judge(server, predict(server, 1)[0], correct=correct)
    (feedback_id,) = recorded(database_of(server)) - before
    connection = sqlite3.connect(database_of(server))
    connection.execute(
        "UPDATE feedback SET suspicion = 0.75, text = ? WHERE id = ?", (TEXT, feedback_id)
    )
    connection.commit()
    connection.close()
    return feedback_id


def suspicious(client: httpx.Client) -> set[str]:
    report = client.get("/admin/feedback", headers=BEARER).json()
    assert report["suspicious_amount"] == len(report["suspicious"])
    return {label["id"] for label in report["suspicious"]}


def review_of(server: Server, feedback_id: str) -> str | None:
    connection = sqlite3.connect(database_of(server))
    (review,) = connection.execute(
        "SELECT review FROM feedback WHERE id = ?", (feedback_id,)
    ).fetchone()
    connection.close()
    found: str | None = review
    return found


def test_a_label_is_suspicious_until_a_person_decides(server: Server, client: httpx.Client) -> None:
    kept, dropped = suspect(server, correct=True), suspect(server, correct=False)
    assert {kept, dropped} <= suspicious(client)
    for feedback_id, decision in ((kept, "keep"), (dropped, "drop")):
        answer = client.post(
            f"/admin/feedback/{feedback_id}/review", json={"review": decision}, headers=BEARER
        )
        assert answer.status_code == 200
        assert answer.json() == {"id": feedback_id, "review": decision}
        assert review_of(server, feedback_id) == decision
    assert suspicious(client).isdisjoint({kept, dropped})


def test_the_buttons_of_the_report_review_a_label(server: Server, client: httpx.Client) -> None:
    feedback_id = suspect(server, correct=True)
    page = client.get("/admin/feedback", params={"format": "html"}, auth=("anyone", KEY))
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    assert "&lt;b&gt;late&lt;/b&gt; again" in page.text
    action, token = re.findall(
        rf'action="(feedback/{feedback_id}/review)"><input [^>]*value="(\w+)"', page.text
    )[0]
    answer = client.post(
        str(page.url.join(action).path),
        data={"token": token, "review": "drop"},
        auth=("anyone", KEY),
    )
    assert answer.status_code == 303
    assert review_of(server, feedback_id) == "drop"
    shown = client.get(answer.url.join(answer.headers["Location"]), auth=("anyone", KEY))
    assert shown.status_code == 200
    assert feedback_id not in shown.text


def test_a_form_without_the_token_of_its_label_is_refused(
    server: Server, client: httpx.Client
) -> None:
    feedback_id, other = suspect(server, correct=True), suspect(server, correct=True)
    page = client.get("/admin/feedback", params={"format": "html"}, headers=BEARER).text
    (of_other,) = re.findall(rf'{other}/review"><input [^>]*value="(\w+)"', page)
    for token in ("", "0" * 64, of_other):
        fields = {"token": token, "review": "keep"}
        answer = client.post(
            f"/admin/feedback/{feedback_id}/review", data=fields, auth=("anyone", KEY)
        )
        assert is_error(answer, 403)
    assert review_of(server, feedback_id) is None


def test_a_review_has_the_errors_of_the_admin_routes(client: httpx.Client) -> None:
    path = "/admin/feedback/unknown/review"
    assert is_error(client.post(path, json={"review": "keep"}), 401)
    assert is_error(client.post(path, json={"review": "keep"}, headers=BEARER), 404)
    for invalid in ({}, {"review": "perhaps"}, {"review": "keep", "more": 1}, ["keep"]):
        assert is_error(client.post(path, json=invalid, headers=BEARER), 400)
    answer = client.post(path, content=b"{", headers={**BEARER, "Content-Type": "application/json"})
    assert is_error(answer, 400)
    assert is_error(client.post(path, content=b"keep", headers=BEARER), 415)
