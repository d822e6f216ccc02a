"""Rates of a model on the behaviour cases: correct answers and confident mistakes by kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from training.behaviour.cases import KINDS, LABELS, Case


@dataclass(frozen=True)
class KindRate:
    """Counts of one kind. A wrong answer with doubt counts neither as correct nor as a mistake."""

    cases: int
    correct: int
    confident_mistakes: int


def rates_by_kind(
    cases: Sequence[Case], labels: Sequence[str], confident: Sequence[bool]
) -> dict[str, KindRate]:
    """Rates by kind, in the order of ``KINDS``.

    ``labels`` ("negative" or "positive") and ``confident`` are a model's answers, one for each
    case. Raises ``ValueError`` if the lengths differ or a label is unknown.
    """
    if unknown := set(labels) - set(LABELS):
        raise ValueError(f"labels are {' or '.join(LABELS)}, not {', '.join(sorted(unknown))}")
    answers = list(zip(cases, labels, confident, strict=True))
    rates = {}
    for kind in KINDS:
        of_kind = [answer for answer in answers if answer[0].kind == kind]
        if of_kind:
            rates[kind] = KindRate(
                cases=len(of_kind),
                correct=sum(_is_correct(*answer) for answer in of_kind),
                confident_mistakes=sum(_is_confident_mistake(*answer) for answer in of_kind),
            )
    return rates


def _is_correct(case: Case, label: str, confident: bool) -> bool:
    return label == case.expected if case.expected in LABELS else not confident


def _is_confident_mistake(case: Case, label: str, confident: bool) -> bool:
    # If doubt is expected, no label equals the expected answer.
    return bool(confident) and label != case.expected
