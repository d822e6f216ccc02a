"""The feedback store on PostgreSQL, with replicas and an outage."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from serving.challenger.shadow_records import ShadowRecord, ShadowRecords
from serving.challenger.split_records import Pair, SplitRecords
from serving.feedback.bounds import FeedbackBoundError
from serving.feedback.database import migrate, open_engine
from serving.feedback.store import FeedbackStore
from serving.feedback.verdicts import DuplicateFeedbackError, Feedback, RecordedFeedback
from serving.prediction_ids import PredictionClaims
from tests.support.api_errors import is_error
from tests.support.postgres import Postgres
from tests.support.servers import StartServer

SECRET = "a secret that two replicas of the tests share"
ADMIN_KEY = "the key of this test"
KEY = {"Authorization": f"Bearer {ADMIN_KEY}"}


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = Postgres.create(Path(folder) / "postgres")
        yield server
        server.stop()


def predict(client: httpx.Client) -> dict[str, Any]:
    prediction: dict[str, Any] = client.post("/predict", json={"text": "a fine flight"}).json()
    return prediction


def give_feedback(client: httpx.Client, prediction: dict[str, Any]) -> httpx.Response:
    body = {"prediction_id": prediction["prediction_id"], "correct": False}
    return client.post("/feedback", json=body)


def test_replicas_that_migrate_at_the_same_time_create_the_tables_once(postgres: Postgres) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [postgres.url] * 4))
    verdict = Feedback(PredictionClaims("n", "m", "v", "positive", 0.5, 4, "h"), True)
    with closing(FeedbackStore(postgres.url)) as store:
        store.record(verdict)
        with pytest.raises(DuplicateFeedbackError):
            store.record(verdict)


def test_replicas_begin_and_decide_a_split_once(postgres: Postgres) -> None:
    migrate(postgres.url)
    pair, engines = Pair("m", "v1", "v2"), [open_engine(postgres.url) for _ in range(2)]
    replicas = [SplitRecords(engine) for engine in engines]
    with ThreadPoolExecutor(2) as pool:
        begun = list(pool.map(lambda replica: replica.begin(pair), replicas))
        decided = list(pool.map(lambda replica: replica.decide(pair, "worse"), replicas))
    assert begun[0] == begun[1]
    assert sorted(decided) == [False, True]
    assert replicas[0].begin(pair).decision == "worse"
    records = ShadowRecords(engines[0], most=2)
    for nonce in "abc":
        records.add([ShadowRecord(nonce, "m", "v2", "positive", 0.5)])
    assert set(records.find(list("abc"))) == {"b", "c"}
    for engine in engines:
        engine.dispose()


def test_two_replicas_bound_a_flood_of_one_text_and_count_the_text_once(postgres: Postgres) -> None:
    migrate(postgres.url)
    replicas = [FeedbackStore(postgres.url), FeedbackStore(postgres.url)]
    outcomes: list[RecordedFeedback | FeedbackBoundError] = []

    def flood(number: int) -> None:
        claims = PredictionClaims(f"flood {number}", "m", "v", "positive", 0.5, 4, "flooded")
        try:
            outcomes.append(replicas[number % 2].record(Feedback(claims, False, "client")))
        except FeedbackBoundError as error:
            outcomes.append(error)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(flood, range(40)))
    stored = [outcome for outcome in outcomes if isinstance(outcome, RecordedFeedback)]
    assert len(outcomes) == 40
    assert len(stored) == 5
    assert sum(outcome.is_new_wrong_text for outcome in stored) == 1
    now = datetime.now(UTC)
    window = (now - timedelta(hours=1), now + timedelta(hours=1))
    assert replicas[0].erase_flood(*window, None, "client") == 5
    for replica in replicas:
        replica.close()


def test_replicas_share_a_secret_and_a_database(
    start_server: StartServer, postgres: Postgres
) -> None:
    shared = {
        "models": "baseline",
        "secret_key": SECRET,
        "database_url": postgres.url,
        "admin_key": ADMIN_KEY,
    }
    one, other = start_server(**shared), start_server(**shared)
    with one.client() as first, other.client() as second:
        predictions = [predict(first) for _ in range(3)]
        assert [give_feedback(second, each).status_code for each in predictions] == [200] * 3
        assert is_error(give_feedback(first, predictions[0]), 409)
        found = first.get("/admin/feedback", params={"model": "baseline"}, headers=KEY).json()
        assert found["reports_amount"] == 3
        erased = found["reports"][0]["id"]
        assert second.delete(f"/admin/feedback/{erased}", headers=KEY).status_code == 204

        # The database stops and starts again.
        late = predict(first)
        postgres.stop()
        refused = give_feedback(first, late)
        assert is_error(refused, 503)
        assert int(refused.headers["Retry-After"]) >= 1
        assert is_error(first.get("/admin/feedback", headers=KEY), 503)
        assert predict(first)["label"] in ("positive", "negative")
        postgres.start()
        assert give_feedback(first, late).status_code == 200
