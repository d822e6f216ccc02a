"""Checks of confidence: precision and share of confident answers, calibration."""

from dataclasses import replace

import numpy as np
import pytest

from models.confidence.decision import Decision
from tests.training.promotion.gate.conftest import Data
from training.promotion.gate.check import Check
from training.promotion.gate.confidence import confidence_checks
from training.promotion.gate.contestant import Contestant

_SURE = Decision(threshold=0.5, low=0.5, high=0.5, precision=0.5, coverage=1.0)
_SILENT = Decision(0.9, 0.0, 1.0, 0.0, 0.0, promised_positive=0.0, promised_negative=0.0)
# The models of the tests have learned too little to promise anything themselves.
_PROMISING = Decision(0.6, 0.0, 0.9, 0.95, 0.1, promised_negative=0.0)


@pytest.fixture(scope="module")
def promising(good: Contestant) -> Contestant:
    return with_decision(good, _PROMISING)


def with_decision(contestant: Contestant, decision: Decision) -> Contestant:
    manifest = contestant.manifest.model_copy(update={"decision": decision})
    return replace(contestant, manifest=manifest)


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


def test_a_model_compared_with_itself_passes(data: Data, promising: Contestant) -> None:
    checks = confidence_checks(data.held_out, promising, promising)
    assert {check.outcome for check in checks} == {"passed"}
    assert all(check.candidate == check.champion for check in checks)
    assert by_name(checks).keys() == {
        "confident positives, tweets",
        "confident positives, other texts",
        "share of confident answers, tweets",
        "calibration error, test texts",
    }


def test_a_model_that_is_always_sure_breaks_its_promise(data: Data, promising: Contestant) -> None:
    checks = by_name(confidence_checks(data.held_out, with_decision(promising, _SURE), promising))
    for name in ("confident positives, tweets", "confident negatives, other texts"):
        assert checks[name].outcome == "failed"
        assert "of the confident answers are right, and 0.9" in checks[name].note
        assert "--promised-precision" in checks[name].note
    assert checks["share of confident answers, tweets"].candidate == 1


def test_a_silent_model_keeps_its_promise_and_fails_for_its_silence(
    data: Data, promising: Contestant
) -> None:
    checks = by_name(confidence_checks(data.held_out, with_decision(promising, _SILENT), promising))
    assert checks["confident positives, tweets"].outcome == "not judged"
    silence = checks["share of confident answers, tweets"]
    assert (silence.outcome, silence.candidate) == ("failed", 0)
    assert "0.0% of the answers to tweets are confident" in silence.note


def test_a_model_without_a_champion_must_keep_its_own_promise(
    data: Data, promising: Contestant
) -> None:
    checks = by_name(confidence_checks(data.held_out, promising, None))
    assert checks["confident positives, tweets"].outcome == "passed"
    assert checks["share of confident answers, tweets"].outcome == "not judged"
    sure = by_name(confidence_checks(data.held_out, with_decision(promising, _SURE), None))
    assert sure["confident positives, tweets"].outcome == "failed"


def test_an_overconfident_model_fails_for_its_calibration(
    data: Data, promising: Contestant
) -> None:
    rounded = np.eye(3, dtype=np.float32)[promising.shares.argmax(axis=1)]
    checks = by_name(
        confidence_checks(data.held_out, replace(promising, shares=rounded), promising)
    )
    failed = checks["calibration error, test texts"]
    assert failed.outcome == "failed"
    assert failed.bound == "≤ 0.060"
    assert "differs by 0." in failed.note
