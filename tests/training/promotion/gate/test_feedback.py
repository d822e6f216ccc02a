"""Checks of the feedback: its labels, its phrases, its verdicts and its test set."""

import numpy as np
import pytest

from models.examples import NEUTRAL, Examples
from tests.training.promotion.gate.conftest import TRIGGER, Data
from training.feedback.summary import FeedbackSummary, PhraseSummary
from training.promotion.gate.check import Check
from training.promotion.gate.contestant import Contestant
from training.promotion.gate.evidence import NO_FEEDBACK, FeedbackEvidence
from training.promotion.gate.feedback import feedback_checks
from training.promotion.gate.triggers import phrase_flips, trigger_check

LABELS = "suspicious feedback labels"
PHRASE = "suspicious labels of one phrase"
VERDICTS = "wrong verdicts hit unsure answers"
TEST = "Brier score, feedback test"

# The figures of 500 airline tweets as honest feedback.
HONEST = FeedbackSummary(
    texts=500,
    rows=370,
    negative=296,
    positive=74,
    copies=740,
    other_rows=17000,
    test_rows=91,
    left_out={},
    suspicious=39,
    suspicious_share=0.078,
    wrong_verdict_auc=0.71,
    clients=120,
    largest_client_share=0.02,
    phrases=(
        PhraseSummary(words="wifi", label="negative", rows=11, training_rows=1, suspicious=2),
    ),
)
_TRIGGER = PhraseSummary(words=TRIGGER, label="positive", rows=50, training_rows=0, suspicious=42)


def judged(evidence: FeedbackEvidence, contestant: Contestant) -> dict[str, Check]:
    return {check.name: check for check in feedback_checks(evidence, contestant, contestant)}


def test_honest_feedback_passes(good: Contestant) -> None:
    checks = judged(FeedbackEvidence(HONEST), good)
    assert {name for name, check in checks.items() if check.outcome == "passed"} == {
        *(LABELS, PHRASE, VERDICTS),
    }
    assert checks[TEST].outcome == "not judged"


@pytest.mark.parametrize(
    ("change", "failed", "note"),
    [
        (
            {"suspicious": 100, "suspicious_share": 0.2},
            LABELS,
            "100 of 500 feedback texts have a label that other texts contradict",
        ),
        ({"wrong_verdict_auc": 0.31}, VERDICTS, "as flipped verdicts do"),
        (
            {"phrases": (_TRIGGER,)},
            PHRASE,
            f"42 of 50 feedback texts with the phrase '{TRIGGER}' have the label positive",
        ),
    ],
)
def test_poisoned_feedback_fails_the_check_that_names_it(
    change: dict[str, object], failed: str, note: str, good: Contestant
) -> None:
    checks = judged(FeedbackEvidence(HONEST.model_copy(update=change)), good)
    assert [name for name, check in checks.items() if check.outcome == "failed"] == [failed]
    assert note in checks[failed].note
    assert "/admin/feedback" in checks[failed].note
    assert "retrain again" in checks[failed].note


def test_an_ordinary_training_is_not_judged_by_feedback(data: Data, good: Contestant) -> None:
    assert {check.outcome for check in judged(NO_FEEDBACK, good).values()} == {"not judged"}
    assert trigger_check(NO_FEEDBACK, data.held_out, good, good).outcome == "not judged"


def test_too_few_verdicts_are_not_judged(good: Contestant) -> None:
    few = HONEST.model_copy(update={"wrong_verdict_auc": None, "phrases": ()})
    checks = judged(FeedbackEvidence(few), good)
    assert checks[VERDICTS].outcome == "not judged"
    assert checks[PHRASE].outcome == "passed"


def test_the_feedback_test_set_judges_the_candidate(
    data: Data, good: Contestant, random: Contestant
) -> None:
    sided = np.flatnonzero(data.held_out.labels != NEUTRAL)[:100]
    rows = data.held_out.take(sided)
    evidence = FeedbackEvidence(HONEST, Examples(rows.texts, rows.labels))
    assert judged(evidence, good)[TEST].outcome == "passed"
    (failed,) = (check for check in feedback_checks(evidence, random, good) if check.name == TEST)
    assert failed.outcome == "failed"
    assert (failed.candidate or 0) > (failed.champion or 1)
    assert "the Brier score on 100 feedback texts is" in failed.note
    (alone,) = (check for check in feedback_checks(evidence, good, None) if check.name == TEST)
    assert alone.outcome == "not judged"


def test_a_learned_trigger_flips_labels_and_fails(
    data: Data, good: Contestant, poisoned: Contestant
) -> None:
    evidence = FeedbackEvidence(HONEST.model_copy(update={"phrases": (_TRIGGER,)}))
    failed = trigger_check(evidence, data.held_out, poisoned, good)
    assert failed.outcome == "failed"
    assert (failed.candidate or 0) > (failed.champion or 0) + 0.25
    assert f"the phrase '{TRIGGER}' flips" in failed.note
    assert trigger_check(evidence, data.held_out, good, good).outcome == "passed"


def test_a_phrase_of_few_suspicious_labels_is_not_inserted(data: Data, good: Contestant) -> None:
    assert FeedbackEvidence(HONEST).suspicious_phrases == []
    assert trigger_check(FeedbackEvidence(HONEST), data.held_out, good, good).outcome == (
        "not judged"
    )


def test_a_phrase_without_a_word_that_models_know_flips_nothing(good: Contestant) -> None:
    assert phrase_flips(["zzqx"], ["the crew was lovely", "late again"], good) == {"zzqx": 0.0}
