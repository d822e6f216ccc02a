"""The client libraries of BentoML and Triton, and a generated client, with an API key."""

import asyncio
import gc
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import bentoml
import httpx
import numpy as np
import pytest
import tritonclient.http as triton
from bentoml.exceptions import BentoMLException, InvalidArgument
from starlette.testclient import TestClient

from serving.api_keys import new_api_key
from tests.support.api_errors import is_error
from tests.support.servers import Server, StartServer

KEY, ENTRY = new_api_key("library", "1000/minute")
AUTHORIZED = {"Authorization": f"Bearer {KEY}"}
GOOD, BAD = "What a great flight, I love it", "Worst airline ever, I hate it"

pytestmark = [
    # BentoML's code uses deprecated names of pathspec and pydantic.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    # BentoML's clients leave a temporary folder to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(autouse=True)
def collected_clients() -> Iterator[None]:
    """Collects the clients of each test within the test, whose warnings are ignored."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def server(start_module_server: StartServer) -> Server:
    return start_module_server(models="baseline", runners="inline", api_keys=ENTRY)


@pytest.fixture(scope="module")
def triton_client(server: Server) -> Iterator[Any]:
    with triton.InferenceServerClient(server.url.removeprefix("http://")) as client:
        yield client


def tensor(texts: list[str], *, binary: bool) -> Any:
    values = np.array(texts, dtype=object)
    tensor = triton.InferInput("text", list(values.shape), "BYTES")
    tensor.set_data_from_numpy(values, binary_data=binary)
    return tensor


def test_bentoml_s_client_calls_the_four_routes(server: Server) -> None:
    with bentoml.SyncHTTPClient(server.url, token=KEY) as client:
        assert set(client.endpoints) == {"predict", "predict_batch", "feedback", "models"}
        prediction = client.predict(text=BAD, explain=True)
        assert prediction["label"] == "negative"
        assert [part["token"] for part in prediction["explanation"]] == BAD.split()
        batch = client.predict_batch(texts=[GOOD, BAD])["predictions"]
        assert [prediction["label"] for prediction in batch] == ["positive", "negative"]
        verdict = {"prediction_id": prediction["prediction_id"], "correct": True}
        assert client.feedback(**verdict)["status"] == "recorded"
        assert [model["name"] for model in client.models()] == ["baseline"]
        with pytest.raises(InvalidArgument, match="at least 1 character"):
            client.predict(text="")
        with pytest.raises(BentoMLException, match="already has a verdict"):
            client.feedback(**verdict)
    with (
        bentoml.SyncHTTPClient(server.url) as keyless,
        pytest.raises(BentoMLException, match="an API key is needed"),
    ):
        keyless.predict(text=GOOD)


def test_bentoml_s_asynchronous_client_calls_the_four_routes(server: Server) -> None:
    async def call() -> None:
        async with bentoml.AsyncHTTPClient(server.url, token=KEY) as client:
            asked = [client.predict(text=text) for text in (GOOD, BAD)]
            good, bad = await asyncio.gather(*asked)
            assert (good["label"], bad["label"]) == ("positive", "negative")
            assert len((await client.predict_batch(texts=[GOOD] * 3))["predictions"]) == 3
            verdict = await client.feedback(prediction_id=good["prediction_id"], correct=True)
            assert verdict["status"] == "recorded"
            assert [model["name"] for model in await client.models()] == ["baseline"]

    asyncio.run(call())


def test_another_service_depends_on_the_service(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENTO_CLOUD_API_KEY", KEY)

    @bentoml.service(name="caller", metrics={"enabled": False})
    class Caller:
        sentiment = bentoml.depends(url=server.url)

        @bentoml.api  # type: ignore[untyped-decorator]
        async def label(self, text: str) -> str:
            prediction = await self.sentiment.to_async.predict(text=text)
            return str(prediction["label"])

        @bentoml.api  # type: ignore[untyped-decorator]
        def names(self) -> list[str]:
            return [model["name"] for model in self.sentiment.to_sync.models()]

    with TestClient(Caller.to_asgi()) as caller:  # type: ignore[attr-defined]
        assert caller.post("/label", json={"text": BAD}).text == "negative"
        assert caller.post("/names", json={}).json() == ["baseline"]


@pytest.mark.parametrize("binary", [True, False])
def test_triton_s_client_gets_label_probability_and_readers(
    server: Server, triton_client: Any, binary: bool
) -> None:
    assert triton_client.is_server_live()
    assert triton_client.is_server_ready()
    assert triton_client.is_model_ready("baseline")
    assert not triton_client.is_model_ready("gpt")
    assert triton_client.get_server_metadata()["extensions"] == ["binary_tensor_data"]
    described = triton_client.get_model_metadata("baseline", headers=AUTHORIZED)
    outputs = [
        triton.InferRequestedOutput(output["name"], binary_data=binary)
        for output in described["outputs"]
    ]
    result = triton_client.infer(
        "baseline",
        [tensor([GOOD, BAD], binary=binary)],
        outputs=outputs,
        request_id="7",
        # The client adds headers to the dictionary.
        headers=dict(AUTHORIZED),
        request_compression_algorithm="gzip",
    )
    assert result.get_response()["id"] == "7"
    assert [label.decode() for label in result.as_numpy("label").astype(bytes)] == [
        "positive", "negative",
    ]  # fmt: skip
    with server.client(headers=AUTHORIZED) as client:
        body = {"texts": [GOOD, BAD]}
        predictions = client.post("/predict_batch", json=body).json()["predictions"]
    for field in ("probability", "confident"):
        expected = [prediction[field] for prediction in predictions]
        assert result.as_numpy(field).tolist() == expected
    readers = [list(prediction["readers"].values()) for prediction in predictions]
    assert result.as_numpy("readers").tolist() == readers
    # Without a list of outputs the client asks for all of them as binary data.
    everything = triton_client.infer(
        "baseline", [tensor([GOOD], binary=binary)], headers=dict(AUTHORIZED)
    )
    assert everything.as_numpy("prediction_id").shape == (1,)


def test_triton_s_client_raises_the_errors_of_the_service(triton_client: Any) -> None:
    fine = [tensor([GOOD], binary=True)]
    for reason, model, inputs, given in (
        ("an API key is needed", "baseline", fine, {}),
        ("unknown model, choose one of baseline", "gpt", fine, AUTHORIZED),
        ("at most 1000 characters", "baseline", [tensor(["x" * 1001], binary=True)], AUTHORIZED),
    ):
        with pytest.raises(triton.InferenceServerException, match=reason):
            triton_client.infer(model, inputs, headers=dict(given))


def test_a_generated_client_predicts(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "docs.json"
    document.write_bytes(httpx.get(f"{server.url}/docs.json").content)
    configuration = tmp_path / "configuration.yaml"
    # Formatting takes longer than the rest.
    configuration.write_text("post_hooks: []\n")
    package = tmp_path / "generated_sentiment_client"
    subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"),
            *("--path", document, "--config", configuration, "--output-path", package),
            "--fail-on-warning",
        ],
        check=True,
        timeout=120,
    )
    monkeypatch.syspath_prepend(tmp_path)
    generated = import_module(package.name)
    predict = import_module(f"{package.name}.api.default.predict")
    requests = import_module(f"{package.name}.models")
    with generated.AuthenticatedClient(server.url, token=KEY) as client:
        prediction = predict.sync(client=client, body=requests.PredictRequest(text=BAD))
        assert prediction.label.value == "negative"
        refused = predict.sync(client=client, body=requests.PredictRequest(text=""))
        assert refused.error == "invalid request"


def test_other_media_types_are_refused(server: Server) -> None:
    with server.client(headers=AUTHORIZED) as client:
        for path, media_type in (
            ("/predict", "application/octet-stream"),
            ("/v2/models/baseline/infer", "text/plain"),
        ):
            answer = client.post(path, content=b"{}", headers={"Content-Type": media_type})
            assert is_error(answer, 415)
