"""The verdict of the gate on a candidate: all checks, in one pass over both models."""

from dataclasses import dataclass
from pathlib import Path

from training.promotion.gate.behaviour import behaviour_checks
from training.promotion.gate.check import Check
from training.promotion.gate.confidence import confidence_checks
from training.promotion.gate.contestant import load_contestant
from training.promotion.gate.cost import cost_checks
from training.promotion.gate.evidence import NO_FEEDBACK, FeedbackEvidence
from training.promotion.gate.feedback import feedback_checks
from training.promotion.gate.held_out import held_out_texts
from training.promotion.gate.process_memory import started_measurements
from training.promotion.gate.quality import quality_checks
from training.promotion.gate.triggers import trigger_check


@dataclass(frozen=True)
class Verdict:
    """The checks of a candidate, the run of a family, against a champion's run or none."""

    family: str
    run_id: str
    champion_run_id: str | None
    checks: tuple[Check, ...]

    @property
    def failed(self) -> list[Check]:
        """The checks that the candidate failed."""
        return [check for check in self.checks if check.outcome == "failed"]

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return not self.failed

    @property
    def reasons(self) -> list[str]:
        """A sentence for each failed check, which begins with the name of the check."""
        return [f"{check.name}: {check.note}" for check in self.failed]

    def figures(self) -> dict[str, float]:
        """The candidate's figures by the name of their check."""
        return {check.name: check.candidate for check in self.checks if check.candidate is not None}


@dataclass(frozen=True)
class Trained:
    """A model folder with the run and the seed of its training."""

    folder: Path
    run_id: str
    seed: int


def judge(
    family: str,
    candidate: Trained,
    champion: Trained | None,
    feedback: FeedbackEvidence = NO_FEEDBACK,
) -> Verdict:
    """Judge a candidate against the champion.

    Each model is loaded and scores each text once, except for latency and memory.
    """
    trained = [candidate] if champion is None else [candidate, champion]
    with started_measurements([model.folder for model in trained]) as memory:
        rows = held_out_texts(model.seed for model in trained)
        first = load_contestant(candidate.folder, rows.texts)
        second = None if champion is None else load_contestant(champion.folder, rows.texts)
        checks = [
            *quality_checks(rows, first, second),
            *confidence_checks(rows, first, second),
            *behaviour_checks(family, first, second),
            *feedback_checks(feedback, first, second),
            trigger_check(feedback, rows, first, second),
            *cost_checks(
                candidate.folder,
                None if champion is None else champion.folder,
                rows.texts,
                memory,
            ),
        ]
    champion_run_id = None if champion is None else champion.run_id
    return Verdict(family, candidate.run_id, champion_run_id, tuple(checks))
