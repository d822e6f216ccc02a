import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from models.registry import FAMILIES
from tests.support.api_errors import is_error
from tests.support.servers import Server, StartServer
from tests.support.verdicts import database_of, wait_for_texts
from tests.support.waiting import wait_until

KEY = "a key for the tests"
BEARER = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture(scope="module")
def admin_server(start_module_server: StartServer) -> Server:
    server = start_module_server(
        models="baseline", admin_key=KEY, retention_days="30", trusted_proxies="127.0.0.1"
    )
    # The first text of a worker waits for a model, the next ones for milliseconds.
    with server.client() as client:
        judge(client, "the first text", correct=True, consent=True)
    wait_for_texts(database_of(server), 1)
    return server


@pytest.fixture
def client(admin_server: Server) -> Iterator[httpx.Client]:
    with admin_server.client() as client:
        yield client


def judge(client: httpx.Client, text: str, *, correct: bool, consent: bool = False) -> str:
    prediction = client.post("/predict", json={"text": text}).json()
    body = {
        "prediction_id": prediction["prediction_id"],
        "correct": correct,
        "text": text,
        "consent": consent,
    }
    feedback_id: str = client.post("/feedback", json=body).json()["feedback_id"]
    return feedback_id


def report(client: httpx.Client, **query: str) -> dict[str, Any]:
    response = client.get("/admin/feedback", params=query, headers=BEARER)
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def test_without_a_key_in_the_settings_nobody_gets_in(baseline_server: Server) -> None:
    with baseline_server.client() as client:
        assert is_error(client.get("/admin/feedback"), 403)
        assert is_error(client.get("/admin/feedback", headers={"Authorization": "Basic Og=="}), 403)
        assert is_error(client.delete("/admin/feedback/any", headers=BEARER), 403)


@pytest.mark.parametrize(
    ("number", "authorization"),
    [*enumerate(["", "Bearer wrong", "Bearer", "Basic !!!", "Basic dXNlcjp3cm9uZw==", KEY])],
)
def test_without_the_key_nobody_gets_in(
    client: httpx.Client, number: int, authorization: str
) -> None:
    # Each case has an address of its own, so that none is slowed down.
    headers = {"X-Forwarded-For": f"192.0.2.{number}"}
    if authorization:
        headers["Authorization"] = authorization
    response = client.get("/admin/feedback", headers=headers)
    assert is_error(response, 401)
    assert response.headers["WWW-Authenticate"].startswith("Basic")
    assert is_error(client.delete("/admin/feedback/any", headers=headers), 401)


def wait_for_tweet(client: httpx.Client, feedback_id: str) -> None:
    """Return when the report has the text of a verdict, which is stored after the verdict."""
    wait_until(
        lambda: any(
            wrong["id"] == feedback_id and wrong["tweet"] for wrong in report(client)["reports"]
        )
    )


def test_the_report_has_the_fields_of_the_studies_mail(client: httpx.Client) -> None:
    started = datetime.now(UTC)
    texts = ["Awful. Ask @jane, 2 hours late", "Great, but not so great"]
    judge(client, "this one was right", correct=True)
    kept = judge(client, texts[0], correct=False, consent=True)
    not_kept = judge(client, texts[1], correct=False)
    wait_for_tweet(client, kept)
    found = report(client, since=started.isoformat())
    studies = {"report_generated_on", "reports_amount", "reports", "metadata"}
    assert set(found) == studies | {"clients", "suspicious", "suspicious_amount"}
    assert found["reports_amount"] == 2
    assert [wrong["id"] for wrong in found["reports"]] == [not_kept, kept]
    assert [wrong["tweet"] for wrong in found["reports"]] == [
        None,
        "Awful. Ask <user>, 2 hours late",
    ]
    assert [wrong["tweet_length"] for wrong in found["reports"]] == [len(texts[1]), len(texts[0])]
    assert {wrong["incorrect_prediction"] for wrong in found["reports"]} <= {"positive", "negative"}
    assert found["metadata"] == {"model": "all", "api_version": "1", "reporting_threshold": 3}


def test_the_report_is_of_a_window_and_of_a_model(client: httpx.Client) -> None:
    judge(client, "before the window", correct=False)
    time.sleep(0.01)
    since = datetime.now(UTC)
    inside = judge(client, "inside the window", correct=False)
    time.sleep(0.01)
    until = datetime.now(UTC)
    judge(client, "after the window", correct=False)
    window = {"since": since.isoformat(), "until": until.isoformat()}
    assert [wrong["id"] for wrong in report(client, **window)["reports"]] == [inside]
    assert report(client, **window, model="baseline")["reports_amount"] == 1
    assert report(client, **window, model="lstm")["reports_amount"] == 0
    # The same window in another time zone, and in UTC with the letter Z.
    shifted = {name: value.replace("+00:00", "Z") for name, value in window.items()}
    assert report(client, **shifted)["reports_amount"] == 1


@pytest.mark.parametrize(
    "query",
    [
        {"since": "yesterday"},
        {"since": "2026-01-01T00:00:00"},
        {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        {"until": "0001-01-01T00:00:00Z"},
        {"format": "xml"},
        {"since": "0.5"},
        {"since": "1700000000"},
        {"since": "-1e9"},
        {"until": "inf"},
        {"since": "2026-01-01"},
        {"sinse": "2026-01-01T00:00:00Z"},
    ],
)
def test_an_invalid_window_is_a_400(client: httpx.Client, query: dict[str, str]) -> None:
    assert is_error(client.get("/admin/feedback", params=query, headers=BEARER), 400)


def test_the_plus_of_a_time_zone_need_not_be_escaped(admin_server: Server) -> None:
    with admin_server.client() as client:
        judge(client, "at home in Paris", correct=False)
        paris = datetime.now(UTC).astimezone(timezone(timedelta(hours=1)))
        since = (paris - timedelta(minutes=1)).isoformat()
        assert since.endswith("+01:00")
        found = client.get(f"/admin/feedback?since={since}", headers=BEARER)
        assert found.status_code == 200
        assert found.json()["reports_amount"] >= 1
        since = (paris + timedelta(minutes=1)).isoformat(timespec="minutes")
        until = (paris + timedelta(minutes=3)).isoformat(timespec="minutes")
        found = client.get(f"/admin/feedback?since={since}&until={until}", headers=BEARER)
        assert found.json()["reports_amount"] == 0


def test_until_alone_is_the_end_of_a_day_that_begins_a_day_ago_at_the_latest(
    client: httpx.Client,
) -> None:
    judge(client, "some time ago", correct=False)
    now = datetime.now(UTC)
    for until in (now + timedelta(minutes=1), now + timedelta(days=1000)):
        assert report(client, until=until.isoformat())["reports_amount"] >= 1
    assert report(client, until=(now - timedelta(days=1)).isoformat())["reports_amount"] == 0


def test_an_unknown_model_is_a_400_that_names_the_known_ones(client: httpx.Client) -> None:
    refused = client.get("/admin/feedback", params={"model": "nosuch"}, headers=BEARER)
    assert is_error(refused, 400)
    assert all(family in refused.text for family in FAMILIES)


def test_the_report_is_available_as_html(client: httpx.Client) -> None:
    script = "<script>alert('x')</script> \u202e was awful"
    wait_for_tweet(client, judge(client, script, correct=False, consent=True))
    response = client.get("/admin/feedback", params={"format": "html"}, auth=("anyone", KEY))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "<script" not in response.text
    assert "&lt;script&gt;" in response.text


def test_an_erased_feedback_is_gone(admin_server: Server, client: httpx.Client) -> None:
    planted = "erase zyxwhispered now"
    feedback_id = judge(client, planted, correct=False, consent=True)
    assert client.delete(f"/admin/feedback/{feedback_id}", headers=BEARER).status_code == 204
    assert is_error(client.delete(f"/admin/feedback/{feedback_id}", headers=BEARER), 404)
    assert feedback_id not in {wrong["id"] for wrong in report(client)["reports"]}
    assert not admin_server.samples(
        "sentiment_http_requests_total", route=f"/admin/feedback/{feedback_id}"
    )
    assert admin_server.total(
        "sentiment_http_requests_total", route="/admin/feedback/{feedback_id}", code="204"
    )


def test_old_feedback_is_deleted_by_itself(
    start_server: StartServer, admin_server: Server, client: httpx.Client
) -> None:
    old, young = (judge(client, text, correct=False) for text in ("old", "young"))
    database = database_of(admin_server)
    connection = sqlite3.connect(database)
    for feedback_id, days in ((old, 31), (young, 29)):
        recorded_at = datetime.now(UTC) - timedelta(days=days)
        connection.execute(
            "UPDATE feedback SET recorded_at = ? WHERE id = ?",
            (recorded_at.replace(tzinfo=None).isoformat(sep=" "), feedback_id),
        )
    connection.commit()
    # A second server on the same database deletes old feedback when it starts.
    start_server(models="baseline", retention_days="30", database_url=f"sqlite:///{database}")
    deadline = time.monotonic() + 20
    remaining = {old}
    while old in remaining and time.monotonic() < deadline:
        remaining = {row[0] for row in connection.execute("SELECT id FROM feedback")}
        time.sleep(0.2)
    connection.close()
    assert old not in remaining
    assert young in remaining
