import json
from collections.abc import Iterator

import httpx
import pytest
from openapi_spec_validator import validate

from models.registry import FAMILIES
from tests.support.api_errors import is_error
from tests.support.servers import Service

JSON = {"Content-Type": "application/json"}


def test_a_prediction_has_the_fields_of_the_contract(client: httpx.Client) -> None:
    response = client.post("/predict", json={"text": "Lovely crew, thank you so much!"})
    assert response.status_code == 200
    prediction = response.json()
    assert set(prediction) == {
        "prediction_id", "label", "probability", "confident", "doubt", "readers", "model",
        "explanation",
    }  # fmt: skip
    assert prediction["confident"] is (prediction["doubt"] is None)
    readers = prediction["readers"]
    assert set(readers) == {"negative", "neutral", "positive"}
    assert sum(readers.values()) == pytest.approx(1, abs=1e-5)
    counted = readers["positive"] + readers["neutral"] / 2
    assert prediction["probability"] == pytest.approx(counted, abs=1e-5)
    assert prediction["label"] == "positive"
    assert 0.5 < prediction["probability"] <= 1
    assert prediction["explanation"] is None
    assert prediction["model"]["name"] == "distilbert"
    assert prediction["model"]["checkpoint"] == "all-MiniLM-L6-v2"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_answers_by_its_name(client: httpx.Client, family: str) -> None:
    (described,) = [model for model in client.get("/models").json() if model["name"] == family]
    good, bad = (
        client.post("/predict", json={"text": text, "model": family}).json()
        for text in ("What a great flight, I love it", "Worst airline ever, I hate it")
    )
    assert good["model"] == {key: described[key] for key in ("name", "version", "checkpoint")}
    assert (good["label"], bad["label"]) == ("positive", "negative")
    low, high = described["band"]
    for prediction in (good, bad):
        probability = prediction["probability"]
        assert prediction["label"] == (
            "positive" if probability >= described["threshold"] else "negative"
        )
        inside = low <= probability < high or (high == 1 and probability >= low)
        assert prediction["confident"] is not inside
        assert prediction["doubt"] == ("band" if inside else None)


def test_the_models_are_described(client: httpx.Client) -> None:
    models = client.get("/models").json()
    assert [model["name"] for model in models] == list(FAMILIES)
    assert [model["name"] for model in models if model["default"]] == ["distilbert"]
    for model in models:
        assert set(model) == {
            "name", "version", "checkpoint", "threshold", "band", "default",
            "promised_precision", "promised_share", "languages",
        }  # fmt: skip
        assert model["promised_share"] == 0.25
        assert all(not p or 0.9 <= p <= 0.95 for p in model["promised_precision"].values())
        assert bool(model["promised_precision"]["positive"]) is (model["band"][1] < 1)
        assert bool(model["promised_precision"]["negative"]) is (model["band"][0] > 0)
        assert model["languages"] == ["en"]
        assert 0 <= model["band"][0] <= model["threshold"] <= model["band"][1] <= 1


def test_a_batch_is_answered_in_its_order(client: httpx.Client) -> None:
    texts = [f"flight {number} was {'great' if number % 2 else 'awful'}" for number in range(64)]
    predictions = client.post("/predict_batch", json={"texts": texts}).json()["predictions"]
    assert len(predictions) == 64
    assert len({prediction["prediction_id"] for prediction in predictions}) == 64
    alone = client.post("/predict", json={"text": texts[7]}).json()
    assert predictions[7]["probability"] == pytest.approx(alone["probability"], abs=1e-3)
    assert [prediction["label"] for prediction in predictions] == ["negative", "positive"] * 32


@pytest.mark.parametrize("size", [1, 256])
def test_a_batch_may_have_1_to_256_texts(client: httpx.Client, size: int) -> None:
    response = client.post("/predict_batch", json={"texts": ["ok"] * size, "model": "baseline"})
    assert len(response.json()["predictions"]) == size


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": " \n\t "},
        {"text": "x" * 1001},
        {"text": 7},
        {"text": None},
        {"text": ["a"]},
        {"text": "fine", "model": "gpt"},
        {"text": "fine", "explain": "yes"},
        {"text": "fine", "txt": "fine"},
        ["fine"],
        "fine",
    ],
)
def test_an_invalid_prediction_request_is_a_400(client: httpx.Client, body: object) -> None:
    assert is_error(client.post("/predict", json=body), 400)


@pytest.mark.parametrize(
    ("route", "body"), [("/predict", {"text": "fine"}), ("/predict_batch", {"texts": ["fine"]})]
)
def test_an_unknown_model_is_refused_with_the_names_of_the_models(
    client: httpx.Client, route: str, body: dict[str, object]
) -> None:
    response = client.post(route, json={**body, "model": "gpt"})
    assert is_error(response, 400)
    reason = f"Value error, choose one of {', '.join(FAMILIES)}"
    assert response.json()["detail"] == [{"loc": ["body", "model"], "msg": reason}]


def test_the_length_is_limited_after_trimming(client: httpx.Client) -> None:
    body = {"text": "  " + "x" * 1000 + "\n", "model": "baseline"}
    assert client.post("/predict", json=body).status_code == 200


@pytest.mark.parametrize(
    "body",
    [{"texts": []}, {"texts": ["ok"] * 257}, {"texts": ["ok", ""]}, {"texts": "ok"}, {"text": "a"}],
)
def test_an_invalid_batch_is_a_400(client: httpx.Client, body: object) -> None:
    assert is_error(client.post("/predict_batch", json=body), 400)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"", b'{"text": "\\ud800"}'])
def test_a_broken_body_is_a_400(client: httpx.Client, content: bytes) -> None:
    assert is_error(client.post("/predict", content=content, headers=JSON), 400)


def test_an_error_does_not_repeat_the_text(client: httpx.Client) -> None:
    response = client.post("/predict", json={"text": "planted" * 200})
    assert "planted" not in response.text


@pytest.mark.parametrize("route", ["/predict", "/predict_batch", "/feedback"])
@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_a_415(client: httpx.Client, route: str, media_type: str) -> None:
    response = client.post(route, content=b'{"text": "a"}', headers={"Content-Type": media_type})
    assert is_error(response, 415)


def test_the_content_type_may_have_a_charset(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    response = client.post("/predict", content=b'{"text": "good"}', headers=headers)
    assert response.status_code == 200


def test_a_body_over_one_mebibyte_is_a_413(client: httpx.Client) -> None:
    content = json.dumps({"texts": ["x" * 4096] * 257}).encode()
    assert len(content) > 1024 * 1024
    assert is_error(client.post("/predict_batch", content=content, headers=JSON), 413)


def test_a_body_of_unknown_length_is_measured(client: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(300):
            yield b"x" * 4096
        yield b'"}'

    assert is_error(client.post("/predict", content=chunks(), headers=JSON), 413)


@pytest.mark.parametrize(
    ("method", "route"),
    [("GET", "/predict"), ("PUT", "/feedback"), ("DELETE", "/models"), ("POST", "/metrics")],
)
def test_another_method_is_a_405(client: httpx.Client, method: str, route: str) -> None:
    for headers in (JSON, {}):
        assert is_error(client.request(method, route, headers=headers, content=b"{}"), 405)


@pytest.mark.parametrize("route", ["/nothing", "/predict/more", "/models.json"])
def test_another_route_is_a_404(client: httpx.Client, route: str) -> None:
    assert is_error(client.get(route), 404)
    assert is_error(client.post(route, content=b"text"), 404)


def test_the_schema_lists_routes_errors_and_models(client: httpx.Client) -> None:
    schema = client.get("/docs.json").json()
    validate(schema)
    paths = schema["paths"]
    assert set(paths) == {
        "/predict", "/predict_batch", "/feedback", "/models", "/livez", "/readyz", "/metrics", "/",
        "/admin/feedback", "/admin/feedback/{feedback_id}", "/admin/feedback/{feedback_id}/review",
        "/ui", "/ui/{file}", "/docs/{file}",
        "/docs.json", "/schema.json", "/v2", "/v2/health/live", "/v2/health/ready",
        "/v2/models/{family}", "/v2/models/{family}/ready", "/v2/models/{family}/infer",
        "/admin/models", "/admin/mentions/{mention_id}", "/crowd", "/ui/crowd", "/ui/crowd/{file}",
    }  # fmt: skip
    assert set(paths["/predict"]["post"]["responses"]) == {
        "200", "400", "401", "408", "413", "415", "429", "431", "503", "504",
    }  # fmt: skip
    assert {"400", "404", "409", "503"} <= set(paths["/feedback"]["post"]["responses"])
    properties = schema["components"]["schemas"]["PredictRequest"]["properties"]
    assert properties["model"]["anyOf"][0]["enum"] == list(FAMILIES)


def test_the_schema_declares_the_keys_of_the_routes(client: httpx.Client) -> None:
    schema = client.get("/docs.json").json()
    schemes = schema["components"]["securitySchemes"]
    assert {name: scheme["type"] for name, scheme in schemes.items()} == {
        "adminKey": "http", "adminPassword": "http", "apiKey": "apiKey", "apiKeyBearer": "http",
    }  # fmt: skip
    paths = schema["paths"]
    for path in (
        *("/admin/feedback", "/admin/feedback/{feedback_id}", "/admin/models"),
        "/admin/mentions/{mention_id}",
    ):
        for operation in paths[path].values():
            assert operation["security"] == [{"adminKey": []}, {"adminPassword": []}]
    for path in (
        *("/predict", "/predict_batch", "/feedback", "/models"),
        *("/v2/models/{family}", "/v2/models/{family}/infer"),
    ):
        for operation in paths[path].values():
            assert operation["security"] == [{}, {"apiKey": []}, {"apiKeyBearer": []}]
    for path in ("/crowd", "/ui/crowd"):
        security = paths[path]["get"]["security"]
        assert security == [{}, {"adminKey": []}, {"adminPassword": []}]
    assert "security" not in paths["/ui"]["get"]


@pytest.mark.parametrize("name", ["Predict", "PredictBatch"])
def test_the_example_of_an_answer_is_true(client: httpx.Client, name: str) -> None:
    schemas = client.get("/docs.json").json()["components"]["schemas"]
    (asked,) = schemas[f"{name}Request"]["examples"]
    (shown,) = schemas["Prediction" if name == "Predict" else "PredictBatchResponse"]["examples"]
    answer = client.post({"Predict": "/predict"}.get(name, "/predict_batch"), json=asked).json()
    for true, example in zip(
        answer.get("predictions", [answer]), shown.get("predictions", [shown]), strict=True
    ):
        assert set(true) == set(example)
        for field in ("label", "confident", "doubt"):
            assert true[field] == example[field]
        assert true["probability"] == pytest.approx(example["probability"], abs=0.02)


def test_probes_and_the_interactive_documentation_answer(client: httpx.Client) -> None:
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert "swagger" in client.get("/").text.lower()


def test_requests_are_counted_by_route_and_code(service: Service, client: httpx.Client) -> None:
    def counted(route: str, code: str) -> float:
        return service.total("sentiment_http_requests_total", route=route, code=code)

    before = counted("/predict", "400"), counted("other", "404")
    client.post("/predict", json={})
    client.get("/no/such/route/as-this")
    assert (counted("/predict", "400"), counted("other", "404")) == (before[0] + 1, before[1] + 1)
    assert not service.samples("sentiment_http_requests_total", route="/no/such/route/as-this")
