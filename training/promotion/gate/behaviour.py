"""Checks of behaviour: the candidate keeps the floors of its family on the behaviour cases."""

from training.behaviour.floors import FloorOutcome, floor_outcomes
from training.behaviour.model_rates import model_rates
from training.promotion.gate.check import Check, outcome
from training.promotion.gate.contestant import Contestant

_REMEDY = (
    "add training texts of this kind, or compare another run of python -m training runs. The cases "
    "themselves must not be learned"
)


def behaviour_checks(
    family: str, candidate: Contestant, champion: Contestant | None
) -> list[Check]:
    """One check for each floor."""
    found = floor_outcomes(family, model_rates(candidate.manifest, candidate.scorer))
    references: list[FloorOutcome | None] = [None] * len(found)
    if champion is not None:
        rates = model_rates(champion.manifest, champion.scorer)
        references = [*floor_outcomes(family, rates)]
    return [_check(*pair) for pair in zip(found, references, strict=True)]


def _check(found: FloorOutcome, reference: FloorOutcome | None) -> Check:
    return Check(
        f"behaviour: {found.kind}, {found.figure}",
        found.share,
        None if reference is None else reference.share,
        found.bound,
        outcome(found.kept),
        "" if found.kept else f"{found}: {_REMEDY}",
        "{:.0%}",
    )
