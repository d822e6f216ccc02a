"""Behaviour of the champions on invented cases (M. Ribeiro et al., "CheckList", ACL 2020).

A capability is a list of cases. A champion must pass at least as many of them as its floor says.
The cases of the promotion gate have floors of their own. The test run ends with a table of all
rates.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from scipy.stats import binomtest

from models.artifacts.folder import CalibratedScorer, load_model
from models.reader_shares import positive_probability
from models.registry import FAMILIES
from tests.support.models.behaviour_rates import BEHAVIOUR_RATES, BehaviourRates
from training.behaviour.floors import broken_floors
from training.behaviour.model_rates import model_rates
from training.behaviour.rates import KindRate

# Pairs of tweets with the same sentiment.
SAME = [
    ("Thanks @AirParadis for the upgrade", "Thanks @SkyNordic for the upgrade"),
    ("@AirParadis lost my bag again", "@VolareJet lost my bag again"),
    ("@anna_k and I loved the crew", "@tom1987 and I loved the crew"),
    ("hey @support_team the app is down", "hey @care4you the app is down"),
    ("Air Paradis was late again today", "Sky Nordic was late again today"),
    ("Flying Air Paradis tomorrow", "Flying Volare Jet tomorrow"),
    ("Air Paradis has the best coffee", "Sky Nordic has the best coffee"),
    ("I will never book Air Paradis again", "I will never book Volare Jet again"),
    ("Photos of the trip https://pics.example/a1", "Photos of the trip https://img.example/zz9"),
    ("Stuck in Lyon, see https://x.example/1", "Stuck in Lyon, see www.news.example/lyon"),
    ("Great crew on the flight to Lisbon", "Great crew on the flight to Oslo"),
    ("Two hours of delay in Madrid", "Two hours of delay in Geneva"),
    ("My seat was broken on Monday", "My seat was broken on Thursday"),
    ("Lovely breakfast on board &amp; nice seats", "Lovely breakfast on board & nice seats"),
    ("boarding   now,  wish me luck", "boarding now, wish me luck"),
    ("I can't complain about the crew", "I can\u2019t complain about the crew"),
]

PRAISE = ["I love it!", "Great service, thank you!", "The crew was wonderful."]
COMPLAINTS = ["I hate it.", "Terrible service.", "The crew was rude and angry."]
# Sentences to which praise or a complaint is appended.
OPENINGS = [
    "Landed in Nice this morning",
    "My flight leaves from gate 12",
    "@AirParadis we sat in row 31",
    "Finally on board",
    "The plane was an old one",
    "Checked in two bags",
    "They changed my seat",
    "Breakfast came with coffee",
    "Flew to Porto with the kids",
    "I booked with Air Paradis",
    "The queue was long",
    "Took the night flight to Dakar",
]

POSITIVE = [
    "The crew was lovely",
    "I love flying with @AirParadis",
    "Best flight of my life!",
    "What a wonderful breakfast on board",
    "Thank you for the free upgrade 😍",
    "Comfortable seats and friendly staff",
    "So happy, my bag came first!",
    "Great prices, great crew, great day",
    "Excellent service from start to end",
    "The pilot was funny and nice :)",
    "Beautiful new plane, I am impressed",
    "Kudos to the helpful team at gate 12",
    "Smooth landing, good job!",
    "Enjoyed every minute of this flight",
]
NEGATIVE = [
    "The crew was rude",
    "I hate flying with @AirParadis",
    "Worst flight of my life!",
    "What a horrible breakfast on board",
    "You lost my bag and my patience 😡",
    "Dirty seats and angry staff",
    "So sad, I missed my connection",
    "Awful prices, awful crew, awful day",
    "Terrible service from start to end",
    "The delay ruined our holiday :(",
    "Old broken plane, I am disappointed",
    "Shame on the useless team at gate 12",
    "Painful landing, I was scared",
    "Wasted six hours in a boring terminal",
]
# A sentence, its negation, and whether the negation is positive.
NEGATED = [
    ("The food was good", "The food was not good", False),
    ("I liked the seats", "I did not like the seats", False),
    ("I love this airline", "I don't love this airline", False),
    ("The crew was friendly", "The crew was not friendly", False),
    ("This is a great way to treat people", "This isn't a great way to treat people", False),
    ("I am happy with the service", "I am not happy with the service", False),
    ("A nice start to our holiday", "Not a nice start to our holiday", False),
    ("I can recommend this flight", "I can't recommend this flight", False),
    ("All about the lounge was good", "Nothing about the lounge was good", False),
    ("The staff is helpful", "The staff is never helpful", False),
    ("We enjoyed the trip", "We didn't enjoy the trip", False),
    ("The cabin was clean", "The cabin wasn't clean", False),
    ("The crew is disappointing", "The crew is never disappointing", True),
    ("The delay was bad", "The delay was not bad at all", True),
    ("Problems with my bags this time", "No problems with my bags this time", True),
    ("I had a bad flight with them", "I never had a bad flight with them", True),
    ("A complaint", "Not a single complaint, well done", True),
    ("It was a terrible seat", "It wasn't a terrible seat after all", True),
    ("You go wrong with this airline", "You can't go wrong with this airline", True),
    ("The landing was scary", "The landing was not scary", True),
    ("They lost my bag", "They never lose my bag", True),
    ("I am angry", "I'm not angry any more, thank you", True),
    ("Boarding was a mess", "Boarding wasn't a mess for once", True),
    ("I hate early flights with them", "I don't hate early flights with them", True),
]

Score = Callable[[Sequence[str]], list[float]]
Capability = Callable[[Score], list[bool]]


def unmoved(score: Score) -> list[bool]:
    """The probabilities of a pair differ by at most 0.1."""
    return [
        abs(one - other) <= 0.1
        for one, other in zip(
            score([one for one, _ in SAME]), score([other for _, other in SAME]), strict=True
        )
    ]


def lifted_by_praise(score: Score) -> list[bool]:
    """Praise raises the probability by more than 0.05."""
    before = score(OPENINGS)
    return [
        after > alone + 0.05
        for praise in PRAISE
        for alone, after in zip(
            before, score([f"{text}. {praise}" for text in OPENINGS]), strict=True
        )
    ]


def lowered_by_complaints(score: Score) -> list[bool]:
    """A complaint lowers the probability by more than 0.05."""
    before = score(OPENINGS)
    return [
        after < alone - 0.05
        for complaint in COMPLAINTS
        for alone, after in zip(
            before, score([f"{text}. {complaint}" for text in OPENINGS]), strict=True
        )
    ]


def clear_positives(score: Score) -> list[bool]:
    return [probability >= 0.5 for probability in score(POSITIVE)]


def clear_negatives(score: Score) -> list[bool]:
    return [probability < 0.5 for probability in score(NEGATIVE)]


def negations(score: Score) -> list[bool]:
    """The negation has the right label."""
    probabilities = score([negated for _, negated, _ in NEGATED])
    return [
        (probability >= 0.5) is positive
        for (*_, positive), probability in zip(NEGATED, probabilities, strict=True)
    ]


def turned_by_negation(score: Score) -> list[bool]:
    """The negation moves the probability in the right direction."""
    plain = score([text for text, _, _ in NEGATED])
    negated = score([text for _, text, _ in NEGATED])
    return [
        after > before if positive else after < before
        for before, after, (*_, positive) in zip(plain, negated, NEGATED, strict=True)
    ]


CAPABILITIES: tuple[Capability, ...] = (
    unmoved,
    lifted_by_praise,
    lowered_by_complaints,
    clear_positives,
    clear_negatives,
    negations,
    turned_by_negation,
)
# Least number of passed cases. The baseline is trained deterministically: one case below what was
# measured. A newly trained network differs a little: two cases below. Three capabilities have no
# floor, since the measured rate, less the margin, could be chance: negations of the baseline (8 of
# 24) and of the lstm (14 of 24), and turned_by_negation of the baseline (17 of 24).
FLOORS: dict[tuple[str, Capability], int] = {
    ("baseline", unmoved): 12,
    ("baseline", lifted_by_praise): 35,
    ("baseline", lowered_by_complaints): 35,
    ("baseline", clear_positives): 13,
    ("baseline", clear_negatives): 13,
    ("lstm", unmoved): 13,
    ("lstm", lifted_by_praise): 34,
    ("lstm", lowered_by_complaints): 34,
    ("lstm", clear_positives): 12,
    ("lstm", clear_negatives): 12,
    ("lstm", turned_by_negation): 20,
    ("distilbert", unmoved): 14,
    ("distilbert", lifted_by_praise): 34,
    ("distilbert", lowered_by_complaints): 34,
    ("distilbert", clear_positives): 12,
    ("distilbert", clear_negatives): 12,
    ("distilbert", negations): 19,
    ("distilbert", turned_by_negation): 22,
}


def _words(capability: Capability) -> str:
    return capability.__name__.replace("_", " ")


def _name(value: str | Capability) -> str:
    return value if isinstance(value, str) else value.__name__


@pytest.fixture(scope="module")
def rates(champions: dict[str, Path], pytestconfig: pytest.Config) -> BehaviourRates:
    """Passed cases and all cases, by family and capability. The table of the run shows them."""
    found = pytestconfig.stash[BEHAVIOUR_RATES]
    for family, folder in champions.items():
        _, scorer = load_model(folder, "onnx")

        def score(texts: Sequence[str], scorer: CalibratedScorer = scorer) -> list[float]:
            return list(map(float, positive_probability(scorer.score(texts))))

        for capability in CAPABILITIES:
            outcomes = capability(score)
            found[family, _words(capability)] = (sum(outcomes), len(outcomes))
    return found


@pytest.fixture(scope="module")
def gate_rates(
    champions: dict[str, Path], pytestconfig: pytest.Config
) -> dict[str, dict[str, KindRate]]:
    """Rates of the gate's cases, by family and kind. The table of the run shows them."""
    found = pytestconfig.stash[BEHAVIOUR_RATES]
    rates = {
        family: model_rates(*load_model(folder, "onnx")) for family, folder in champions.items()
    }
    for family, of_family in rates.items():
        for kind, rate in of_family.items():
            found[family, f"gate: {kind}"] = (rate.correct, rate.cases)
            found[family, f"{kind} confidently wrong"] = (rate.confident_mistakes, rate.cases)
    return rates


@pytest.mark.parametrize("family", FAMILIES)
def test_the_champion_keeps_the_floors_of_the_gate(
    family: str, gate_rates: dict[str, dict[str, KindRate]]
) -> None:
    # A newly trained network differs from the measured one by a few cases.
    lenient = {
        kind: KindRate(rate.cases, rate.correct + 3, max(0, rate.confident_mistakes - 1))
        for kind, rate in gate_rates[family].items()
    }
    assert broken_floors(family, lenient) == []


@pytest.mark.parametrize(("family", "capability"), FLOORS, ids=_name)
def test_enough_cases_pass(family: str, capability: Capability, rates: BehaviourRates) -> None:
    passed, cases = rates[family, _words(capability)]
    floor = FLOORS[family, capability]
    assert binomtest(floor, cases, 0.5, alternative="greater").pvalue < 0.05, "could be chance"
    assert passed >= floor
