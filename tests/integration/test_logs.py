from pathlib import Path

from tests.support.servers import Server, StartServer

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
    assert any("/predict" in line for line in lines)
    assert any("/feedback" in line for line in lines)
    assert not [line for line in lines if PLANTED in line]
    for file in Path(server.environment["SENTIMENT_DATA_DIR"]).iterdir():
        assert PLANTED.encode() not in file.read_bytes()


def test_by_default_no_request_is_logged(baseline_server: Server) -> None:
    with baseline_server.client() as client:
        assert client.post("/predict", json={"text": PLANTED}).status_code == 200
    assert "/predict" not in baseline_server.read_log()
