import numpy as np

from models.examples import NEGATIVE, POSITIVE
from tests.training.feedback.stored import verdict
from training.feedback.ranking import wrong_verdict_auc
from training.feedback.verdicts import ConsentedVerdict


def answers(*, flipped: bool, mistakes: int, right: int, seed: int = 3) -> list[ConsentedVerdict]:
    """Verdicts on a calibrated model's answers: so many on its mistakes, so many on the others."""
    generator = np.random.default_rng(seed)
    wanted = {True: right, False: mistakes}
    found: list[ConsentedVerdict] = []
    while any(wanted.values()):
        probability = float(generator.beta(0.6, 0.6))
        truth = POSITIVE if generator.random() < probability else NEGATIVE
        predicted = POSITIVE if probability >= 0.5 else NEGATIVE
        if wanted[truth == predicted]:
            wanted[truth == predicted] -= 1
            label = POSITIVE + NEGATIVE - truth if flipped else truth
            text = f"text {len(found)}"
            found.append(verdict(text, label, predicted=predicted, probability=probability))
    return found


def test_honest_verdicts_rank_high_however_many_mistakes_are_reported() -> None:
    for mistakes in (40, 100, 180):
        auc = wrong_verdict_auc(answers(flipped=False, mistakes=mistakes, right=200 - mistakes))
        assert auc is not None
        assert auc > 0.7


def test_flipped_verdicts_rank_low() -> None:
    auc = wrong_verdict_auc(answers(flipped=True, mistakes=40, right=160))
    assert auc is not None
    assert auc < 0.3


def test_without_verdicts_of_both_kinds_there_is_no_figure() -> None:
    assert wrong_verdict_auc(answers(flipped=False, mistakes=100, right=19)) is None
    assert wrong_verdict_auc([]) is None
