"""Checks of quality: the paired bootstrap of ROC-AUC on the held-out texts."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.examples import NEUTRAL, POSITIVE
from tests.training.promotion.gate.conftest import Data, Save
from training.promotion.gate.check import NO_CHAMPION
from training.promotion.gate.contestant import Contestant, load_contestant
from training.promotion.gate.held_out import in_both
from training.promotion.gate.quality import LARGEST_LOSS, compare_roc_auc, quality_checks, roc_auc

NAMES = ["ROC-AUC, test tweets", "ROC-AUC, other test texts"]


def test_a_model_compared_with_itself_passes(data: Data, good: Contestant) -> None:
    checks = quality_checks(data.held_out, good, good)
    assert [check.name for check in checks] == NAMES
    assert [check.outcome for check in checks] == ["passed", "passed"]
    for check, in_domain in zip(checks, (True, False), strict=True):
        rows = np.array([(name == "tweets") is in_domain for name in data.held_out.sources])
        rows &= data.held_out.labels != NEUTRAL
        expected = roc_auc_score(data.held_out.labels[rows] == POSITIVE, good.probabilities[rows])
        assert check.candidate == check.champion == pytest.approx(expected)


def test_a_model_of_random_labels_fails_and_the_note_says_why(
    data: Data, good: Contestant, random: Contestant
) -> None:
    for check in quality_checks(data.held_out, random, good):
        assert check.outcome == "failed"
        assert check.candidate == pytest.approx(0.5, abs=0.1)
        assert f"is {check.candidate:.3f}, the champion's is {check.champion:.3f}" in check.note
        assert "wrong labels in the added texts" in check.note


def test_a_model_that_is_worse_by_chance_passes(data: Data, good: Contestant, save: Save) -> None:
    most = np.arange(len(data.train))[: int(0.97 * len(data.train))]
    other = load_contestant(save(data.train.take(most)), data.held_out.texts)
    # Each model is the candidate once: one of them is worse.
    found = quality_checks(data.held_out, other, good) + quality_checks(data.held_out, good, other)
    assert {check.outcome for check in found} == {"passed"}
    assert any((check.candidate or 0) < (check.champion or 0) for check in found)


def test_a_great_loss_fails_although_few_texts_cannot_prove_it(
    data: Data, good: Contestant
) -> None:
    rows = np.flatnonzero(data.held_out.labels != NEUTRAL)[:60]
    few = data.held_out.take(rows)
    # The champion's ranking is perfect. One negative of the candidate is above all positives.
    perfect = np.stack([few.labels == 0, np.zeros(60), few.labels == 1], axis=1)
    champion = replace(good, shares=perfect.astype(np.float32))
    worse = perfect.astype(np.float32)
    worse[np.flatnonzero(few.labels == 0)[0]] = [0, 0, 1]
    worse[:, 2] -= 0.1 * (few.labels == 1)
    candidate = replace(good, shares=worse)
    tweets, _ = quality_checks(few, candidate, champion)
    found = compare_roc_auc(few.labels, candidate.probabilities, champion.probabilities)
    assert found.high == 0
    assert found.value < -LARGEST_LOSS
    assert tweets.outcome == "failed"


def test_the_paired_interval_is_narrower_than_the_models_own(
    data: Data, good: Contestant, poisoned: Contestant
) -> None:
    labels = data.held_out.labels
    found = compare_roc_auc(labels, poisoned.probabilities, good.probabilities)
    constant = np.zeros_like(good.probabilities)
    alone = compare_roc_auc(labels, good.probabilities, constant)
    assert found.low <= found.value <= found.high
    assert found.high - found.low < 0.6 * (alone.high - alone.low)


def test_neutral_texts_do_not_count(data: Data, good: Contestant, random: Contestant) -> None:
    sided = np.flatnonzero(data.held_out.labels != NEUTRAL)
    assert len(sided) < len(data.held_out)
    alone = [replace(model, shares=model.shares[sided]) for model in (random, good)]
    assert quality_checks(data.held_out.take(sided), *alone) == quality_checks(
        data.held_out, random, good
    )


def test_without_a_champion_or_texts_nothing_is_judged(data: Data, good: Contestant) -> None:
    for check in quality_checks(data.held_out, good, None):
        assert (check.outcome, check.note) == ("not judged", NO_CHAMPION)
    few = replace(good, shares=good.shares[:30])
    for check in quality_checks(data.held_out.take(range(30)), few, few):
        assert check.outcome == "not judged"
        assert "fewer than 20 texts of a label" in check.note


def test_roc_auc_counts_ties_as_half() -> None:
    generator = np.random.default_rng(3)
    labels = generator.random((4, 50)) < 0.4
    scores = generator.integers(0, 5, (4, 50)).astype(np.float32)
    expected = [roc_auc_score(*pair) for pair in zip(labels, scores, strict=True)]
    assert roc_auc(labels, scores) == pytest.approx(expected)


def test_texts_that_another_seed_trains_on_are_left_out(data: Data) -> None:
    rows = data.held_out.take(range(50))
    others = data.held_out.take(range(40, 90))
    assert in_both(rows, others).texts == data.held_out.texts[40:50]
