import pytest

from tests.support.servers import Server, StartServer


@pytest.fixture(scope="module")
def lstm_server(start_module_server: StartServer) -> Server:
    return start_module_server(models="baseline,lstm", default_model="lstm")


def cached(server: Server, result: str) -> float:
    return server.total("sentiment_cache_total", result=result)


def scored(server: Server) -> float:
    return server.total("sentiment_inference_batch_size_sum")


def predicted(server: Server) -> float:
    return server.total("sentiment_predictions_total", model="lstm")


def test_a_retweet_is_a_new_prediction_with_a_cached_score(lstm_server: Server) -> None:
    original, retweet = "The crew of @airparadis is lovely", "The crew of @somebody is  lovely"
    hits, misses = cached(lstm_server, "hit"), cached(lstm_server, "miss")
    before, predictions = scored(lstm_server), predicted(lstm_server)
    with lstm_server.client() as client:
        first = client.post("/predict", json={"text": original}).json()
        second = client.post("/predict", json={"text": retweet}).json()
    assert first["probability"] == second["probability"]
    assert first["prediction_id"] != second["prediction_id"]
    assert (cached(lstm_server, "hit"), cached(lstm_server, "miss")) == (hits + 1, misses + 1)
    assert scored(lstm_server) == before + 1
    assert predicted(lstm_server) == predictions + 2


def test_models_do_not_share_scores(lstm_server: Server) -> None:
    before = scored(lstm_server)
    with lstm_server.client() as client:
        answers = [
            client.post("/predict", json={"text": "what a mess", "model": name}).json()
            for name in ("lstm", "baseline")
        ]
    assert answers[0]["probability"] != answers[1]["probability"]
    assert scored(lstm_server) == before + 2


def test_repetitions_in_one_request_are_scored_once(lstm_server: Server) -> None:
    before = scored(lstm_server)
    texts = ["late again", "on time", "late again", "late again"]
    with lstm_server.client() as client:
        found = client.post("/predict_batch", json={"texts": texts}).json()["predictions"]
    assert len({prediction["prediction_id"] for prediction in found}) == 4
    assert found[0]["probability"] == found[2]["probability"] == found[3]["probability"]
    assert found[1]["probability"] != found[0]["probability"]
    assert scored(lstm_server) == before + 2
