from pathlib import Path

from tests.support.servers import StartServer

PLANTED = "zyxplanted"


def test_no_log_line_and_no_metric_holds_a_tweet(start_server: StartServer) -> None:
    server = start_server(models="baseline", access_log="true")
    with server.client() as client:
        prediction = client.post("/predict", json={"text": f"{PLANTED} is lovely"}).json()
        client.post("/predict", json={"text": PLANTED, "modle": PLANTED})
        client.post("/predict", json={"text": PLANTED, "model": PLANTED})
        client.post("/predict", json={"text": PLANTED * 200})
        client.post("/predict_batch", json={"texts": [PLANTED, ""]})
        client.post("/predict", content=f'{{"text": "{PLANTED}'.encode())
        client.get(f"/{PLANTED}")
        body = {"prediction_id": prediction["prediction_id"], "correct": False, "text": PLANTED}
        client.post("/feedback", json=body)
        client.post("/feedback", json={**body, "text": f"{PLANTED} is lovely"})
        metrics = client.get("/metrics").text
    server.stop()
    assert PLANTED not in metrics
    # The access log contains the paths of requests, which are no tweets.
    lines = [line for line in server.log.read_text().splitlines() if f"/{PLANTED}" not in line]
    assert any("/feedback" in line for line in lines)
    assert not [line for line in lines if PLANTED in line]
    for file in Path(server.environment["SENTIMENT_DATA_DIR"]).iterdir():
        assert PLANTED.encode() not in file.read_bytes()


def test_requests_are_logged_only_with_the_access_log_on(start_server: StartServer) -> None:
    logs = {}
    for switched in ("false", "true"):
        server = start_server(models="baseline", access_log=switched)
        with server.client() as client:
            assert client.post("/predict", json={"text": PLANTED}).status_code == 200
        server.stop()
        logs[switched] = server.log.read_text()
    assert "/predict" not in logs["false"]
    assert "/predict" in logs["true"]
    assert PLANTED not in logs["true"]
