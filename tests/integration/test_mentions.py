"""Mentions in a real service: counts of ``/predict_batch``, and erasure."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from serving.mentions.report import CrowdReport
from serving.mentions.store import MentionStore, StoredMention
from tests.support.api_errors import is_error
from tests.support.mentions import burst_at, store_mentions
from tests.support.servers import Server, StartServer
from tests.support.verdicts import database_of

KEY = "a key for the tests"
BEARER = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture(scope="module")
def mention_server(start_module_server: StartServer) -> Server:
    return start_module_server(
        models="baseline", runners="inline", admin_key=KEY, trusted_proxies="127.0.0.1"
    )


@pytest.fixture
def client(mention_server: Server) -> Iterator[httpx.Client]:
    with mention_server.client() as client:
        yield client


def test_every_source_is_counted_from_0(mention_server: Server) -> None:
    counted = mention_server.samples("sentiment_mentions_total")
    assert {dict(labels)["source"] for labels in counted} == {"page", "mentions", "replies"}
    assert len(counted) == 6
    assert len(mention_server.samples("sentiment_unsure_mentions_total")) == 3


def test_a_batch_with_a_source_counts_as_mentions(
    mention_server: Server, client: httpx.Client
) -> None:
    texts = ["I love this crew, thank you!", "Worst airline ever, I hate it", "@AirParadis"]
    body = {"texts": texts, "source": "replies"}
    predictions = client.post("/predict_batch", json=body).json()["predictions"]
    for label in ("negative", "positive"):
        expected = sum(prediction["label"] == label for prediction in predictions)
        found = mention_server.total("sentiment_mentions_total", source="replies", label=label)
        assert found == expected
    unsure = sum(not prediction["confident"] for prediction in predictions)
    assert unsure > 0
    assert mention_server.total("sentiment_unsure_mentions_total", source="replies") == unsure
    assert mention_server.total("sentiment_mentions_total", source="page") == 0


def test_a_batch_without_a_source_has_no_mentions(
    mention_server: Server, client: httpx.Client
) -> None:
    before = mention_server.total("sentiment_mentions_total")
    assert client.post("/predict_batch", json={"texts": ["fine"]}).status_code == 200
    assert mention_server.total("sentiment_mentions_total") == before


def test_an_unknown_source_is_refused_with_the_names_of_the_sources(client: httpx.Client) -> None:
    response = client.post("/predict_batch", json={"texts": ["fine"], "source": "blog"})
    assert is_error(response, 400)
    reason = "Value error, choose one of page, mentions, replies"
    assert response.json()["detail"] == [{"loc": ["body", "source"], "msg": reason}]


def test_the_schema_lists_the_sources(client: httpx.Client) -> None:
    schemas = client.get("/docs.json").json()["components"]["schemas"]
    source = schemas["PredictBatchRequest"]["properties"]["source"]
    assert source["anyOf"][0]["enum"] == ["page", "mentions", "replies"]


def test_a_mention_is_erased_once(mention_server: Server, client: httpx.Client) -> None:
    now = datetime.now(UTC)
    store = MentionStore(f"sqlite:///{database_of(mention_server)}")
    row = ("1-0", "page", now, now, "negative", 0.1, None, "baseline", "v1", "key", "bag late")
    assert store.add([StoredMention(*row)]) == {"1-0"}
    assert client.delete("/admin/mentions/1-0", headers=BEARER).status_code == 204
    assert is_error(client.delete("/admin/mentions/1-0", headers=BEARER), 404)
    assert is_error(client.delete("/admin/mentions/1-0"), 401)
    assert store.add([StoredMention(*row)]) == set()


def test_the_report_needs_the_admin_key_if_there_is_one(
    client: httpx.Client, baseline_server: Server
) -> None:
    for path in ("/crowd", "/ui/crowd", "/ui/crowd/main.js"):
        refused = client.get(path)
        assert is_error(refused, 401)
        assert refused.headers["WWW-Authenticate"].startswith("Basic")
        assert client.get(path, headers=BEARER).status_code == 200
        assert client.get(path, auth=("any", KEY)).status_code == 200
        assert httpx.get(baseline_server.url + path).status_code == 200


def test_wrong_keys_slow_an_address_down(client: httpx.Client) -> None:
    address = {"X-Forwarded-For": "192.0.2.1"}
    wrong = {"Authorization": "Bearer wrong"} | address
    codes = {client.get("/crowd", headers=wrong).status_code for _ in range(6)}
    assert codes == {401, 429}
    assert is_error(client.get("/crowd", headers=BEARER | address), 429)


def test_the_report_fits_its_schema(mention_server: Server, client: httpx.Client) -> None:
    store_mentions(mention_server, burst_at(datetime.now(UTC)))
    schema = client.get("/docs.json").json()
    assert schema["paths"]["/crowd"]["get"]["security"] == [{"adminKey": []}, {"adminPassword": []}]
    answer = client.get("/crowd", headers=BEARER)
    report = answer.json()
    assert set(report) == set(schema["components"]["schemas"]["CrowdReport"]["required"])
    assert CrowdReport.model_validate_json(answer.content).model_dump(mode="json") == report
    assert report["total"]["mentions"] > 1000
    assert report["buckets"][-1]["usual"]["basis"] == "weeks"
    assert report["buckets"][-2]["negative"] > 0
    assert {"bag", "lost", "carousel"} == {word["word"] for word in report["words"]["words"][:3]}


def test_times_are_read_as_in_the_report_of_feedback(client: httpx.Client) -> None:
    window = "since=2026-11-26T01:00:00+01:00&until=2026-11-26T02:00:00 01"
    report = client.get(f"/crowd?{window}", headers=BEARER).json()
    assert (report["since"], report["until"]) == ("2026-11-26T00:00:00Z", "2026-11-26T01:00:00Z")
    assert len(report["buckets"]) == 4


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("since=2026-01-01T00:00Z&until=2026-02-06T00:00Z", "the window is longer than 35 days"),
        ("since=2026-01-02T00:00Z&until=2026-01-01T00:00Z", "since must be before until"),
        ("since=yesterday", "write a time as"),
        ("source=blog", "choose one of page, mentions, replies"),
        ("sources=page", "Extra inputs"),
    ],
)
def test_a_wrong_query_is_a_400_with_its_reason(
    client: httpx.Client, query: str, reason: str
) -> None:
    response = client.get(f"/crowd?{query}", headers=BEARER)
    assert is_error(response, 400)
    assert reason in response.text
