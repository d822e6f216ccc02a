"""Tests of a model's metrics, read from the registry of the Prometheus client."""

import re
from math import isnan
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from models.confidence.doubt import DOUBTS
from serving.metrics import LABELS, ModelMetrics, ShadowMetrics, SplitMetrics
from tests.support.monitoring.configurations import MONITORING

RULES = sorted((MONITORING / "prometheus" / "rules").glob("*.yaml"))


@pytest.fixture
def model() -> str:
    """A model name of this test only."""
    return f"model-{uuid4()}"


def doubts(model: str) -> dict[str, float | None]:
    return {
        doubt: REGISTRY.get_sample_value("sentiment_doubt_total", {"model": model, "doubt": doubt})
        for doubt in DOUBTS
    }


def promised(model: str) -> dict[str, float | None]:
    return {
        label: REGISTRY.get_sample_value(
            "sentiment_promised_share", {"model": model, "label": label}
        )
        for label in LABELS
    }


def uncertain(model: str) -> float | None:
    return REGISTRY.get_sample_value("sentiment_uncertain_predictions_total", {"model": model})


def test_every_doubt_starts_at_0(model: str) -> None:
    ModelMetrics(model, "v1", promised_shares={})
    assert doubts(model) == dict.fromkeys(DOUBTS, 0)
    assert uncertain(model) == 0


def test_predictions_in_doubt_are_counted_by_reason(model: str) -> None:
    metrics = ModelMetrics(model, "v1", promised_shares={})
    metrics.predicted(
        ["positive"] * 6, [0.9] * 6, [None, "language", "band", "language", None, "empty"]
    )
    metrics.predicted(["negative"], [0.1], ["band"])
    assert doubts(model) == {"band": 2, "empty": 1, "unreadable": 0, "language": 2}
    assert uncertain(model) == 5


def test_a_prediction_without_doubt_counts_no_reason(model: str) -> None:
    ModelMetrics(model, "v1", promised_shares={}).predicted(["positive"], [0.9], [None])
    assert doubts(model) == dict.fromkeys(DOUBTS, 0)
    assert uncertain(model) == 0


def test_both_labels_have_a_promised_share(model: str) -> None:
    ModelMetrics(model, "v1", promised_shares={"negative": 0.25, "positive": 0.25}).export_promise()
    assert promised(model) == {"negative": 0.25, "positive": 0.25}


def test_a_label_without_a_promise_has_no_promised_share(model: str) -> None:
    ModelMetrics(model, "v1", promised_shares={"positive": 0.4}).export_promise()
    assert promised(model) == {"negative": None, "positive": 0.4}


def test_a_model_without_a_promise_has_no_promised_share(model: str) -> None:
    ModelMetrics(model, "v1", promised_shares={}).export_promise()
    assert promised(model) == {"negative": None, "positive": None}


def shadow_verdicts(model: str) -> dict[str, float | None]:
    """Verdicts by version, role and verdict."""
    return {
        f"{version} {role} {verdict}": REGISTRY.get_sample_value(
            "sentiment_shadow_verdicts_total",
            {"model": model, "version": version, "role": role, "verdict": verdict},
        )
        for version, role in (("v1", "champion"), ("v2", "challenger"))
        for verdict in ("correct", "wrong")
    }


def shadow_agreement(model: str) -> dict[str, float | None]:
    return {
        agreement: REGISTRY.get_sample_value(
            "sentiment_shadow_predictions_total",
            {"model": model, "version": "v2", "agreement": agreement},
        )
        for agreement in ("same", "different")
    }


def test_a_shadow_starts_at_0(model: str) -> None:
    ShadowMetrics(model, "v1", "v2")
    assert set(shadow_verdicts(model).values()) == {0}
    assert shadow_agreement(model) == {"same": 0, "different": 0}
    assert REGISTRY.get_sample_value("sentiment_shadow_dropped_total", {"model": model}) == 0


def test_a_shadow_counts_each_model_by_its_own_version(model: str) -> None:
    metrics = ShadowMetrics(model, "v1", "v2")
    metrics.compared(same_label=False, difference=0.6)
    metrics.judged("champion", correct=False)
    metrics.judged("challenger", correct=True)
    assert shadow_verdicts(model) == {
        "v1 champion correct": 0,
        "v1 champion wrong": 1,
        "v2 challenger correct": 1,
        "v2 challenger wrong": 0,
    }
    assert shadow_agreement(model) == {"same": 0, "different": 1}


def test_the_state_of_a_split_is_unknown_then_1_then_0_after_the_rollback(model: str) -> None:
    metrics = SplitMetrics(model, "v2")
    labels = {"model": model, "version": "v2"}
    rollbacks = "sentiment_split_rollbacks_total"
    assert REGISTRY.get_sample_value("sentiment_split_state", labels) is None
    metrics.answers(True)
    assert REGISTRY.get_sample_value("sentiment_split_state", labels) == 1
    assert REGISTRY.get_sample_value(rollbacks, {"model": model}) == 0
    metrics.answers(False)
    metrics.rolled_back()
    assert REGISTRY.get_sample_value("sentiment_split_state", labels) == 0
    assert REGISTRY.get_sample_value(rollbacks, {"model": model}) == 1


def test_a_replaced_model_has_no_promise(model: str) -> None:
    old, new = (
        ModelMetrics(model, version, promised_shares=shares)
        for version, shares in (
            ("v1", {"negative": 0.25, "positive": 0.25}),
            ("v2", {"positive": 0.4}),
        )
    )
    old.export_promise()
    old.withdraw_promise()
    new.export_promise()
    left, replaced = promised(model)["negative"], promised(model)["positive"]
    assert left is not None
    assert isnan(left)
    assert replaced == 0.4


def test_the_rules_count_every_reason_except_the_band() -> None:
    selected = [
        set(found.split("|"))
        for path in RULES
        for found in re.findall(r'doubt=~\\?"([a-z|]+)', path.read_text())
    ]
    assert len(selected) == 2, "expected one in the expression and one in the description"
    assert all(reasons == set(DOUBTS) - {"band"} for reasons in selected)
