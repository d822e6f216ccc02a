from typing import Any

import httpx
import numpy as np
import pytest

from models.artifacts.folder import load_model
from models.explanation import MAX_VARIANTS, leave_one_out
from models.reader_shares import log_ratio
from models.registry import FAMILIES
from tests.support.api_errors import is_error
from tests.support.champions import Workplace
from tests.support.servers import Service

TEXT = "We boarded the lovely plane, but it was late &amp; my bag is lost 😡 #fail"
LONG = "the queue at the gate did not move and nobody told us why " * 17


def explain(client: httpx.Client, text: str, family: str) -> dict[str, Any]:
    body = {"text": text, "model": family, "explain": True}
    answer: dict[str, Any] = client.post("/predict", json=body).json()
    return answer


@pytest.mark.parametrize("family", FAMILIES)
def test_an_explanation_has_a_weight_for_each_token_of_the_text(
    client: httpx.Client, family: str
) -> None:
    answer = explain(client, f"  {TEXT}\n", family)
    assert [part["token"] for part in answer["explanation"]] == TEXT.split()
    assert any(part["weight"] for part in answer["explanation"])
    plain = client.post("/predict", json={"text": TEXT, "model": family}).json()
    assert answer["probability"] == pytest.approx(plain["probability"], abs=1e-3)
    assert answer["label"] == plain["label"]
    assert plain["explanation"] is None


@pytest.mark.parametrize(
    ("text", "word"),
    [("We sat in a lovely plane", "lovely"), ("We sat in an awful plane", "awful")],
)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_decisive_word_has_the_largest_weight(
    client: httpx.Client, family: str, text: str, word: str
) -> None:
    explanation = explain(client, text, family)["explanation"]
    found = max(explanation, key=lambda part: abs(part["weight"]))
    assert (found["token"], found["weight"] > 0) == (word, word == "lovely")


def test_weights_of_a_linear_model_add_up_to_the_log_odds(
    client: httpx.Client, trained: Workplace
) -> None:
    answer = explain(client, TEXT, "baseline")
    _, scorer = load_model(trained.champion("baseline"), "onnx")
    nothing = float(log_ratio(scorer.score([""]))[0])
    whole = np.log(answer["readers"]["positive"] / answer["readers"]["negative"])
    summed = sum(part["weight"] for part in answer["explanation"])
    # The API rounds shares to six digits and weights to four.
    assert summed == pytest.approx(whole - nothing, abs=0.005)


@pytest.mark.parametrize("family", ["lstm", "distilbert"])
def test_weights_of_other_models_are_differences_of_log_odds(
    client: httpx.Client, trained: Workplace, family: str
) -> None:
    _, scorer = load_model(trained.champion(family), "onnx")
    left_out = leave_one_out(TEXT)
    expected = left_out.weights(scorer.score(left_out.texts))
    weights = [part["weight"] for part in explain(client, TEXT, family)["explanation"]]
    np.testing.assert_allclose(weights, expected, atol=0.02)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_explanation_of_a_long_text_is_bounded(
    service: Service, client: httpx.Client, family: str
) -> None:
    def scored() -> float:
        return service.total("sentiment_inference_batch_size_sum", model=family)

    def predicted() -> float:
        return service.total("sentiment_predictions_total", model=family)

    before = scored(), predicted()
    explanation = explain(client, LONG, family)["explanation"]
    texts = 1 if FAMILIES[family].linear else 1 + MAX_VARIANTS
    assert (scored(), predicted()) == (before[0] + texts, before[1] + 1)
    assert len(explanation) == (len(LONG.split()) if texts == 1 else MAX_VARIANTS)
    assert " ".join(part["token"] for part in explanation) == LONG.strip()


def test_explain_is_a_boolean(client: httpx.Client) -> None:
    assert is_error(client.post("/predict", json={"text": "fine", "explain": 1}), 400)


def test_the_schema_describes_explanations(client: httpx.Client) -> None:
    schemas = client.get("/docs.json").json()["components"]["schemas"]
    assert set(schemas["TokenWeight"]["properties"]) == {"token", "weight"}
    assert "30" in schemas["PredictRequest"]["properties"]["explain"]["description"]
