"""The gate of promotion: a candidate beside the reigning champion, on cases and on common rows."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import roc_auc_score

from models.artifacts.folder import load_model
from models.confidence.doubt import find_doubt
from models.examples import NEUTRAL, POSITIVE
from models.shares import positive_probability
from training.behaviour.cases import LABELS, load_cases
from training.behaviour.floors import broken_floors
from training.behaviour.rates import KindRate, rates_by_kind
from training.data.rated import RatedTexts

# About the standard error of ROC-AUC on the common rows.
_LEAST_LOSS = 0.005


@dataclass(frozen=True)
class Judgement:
    """A model as it is served on a CPU: behaviour by kind of case, ROC-AUC on the common rows."""

    rates: dict[str, KindRate]
    roc_auc: float


@dataclass(frozen=True)
class Verdict:
    """Both judgements, and each reason to refuse the candidate in a sentence."""

    candidate: Judgement
    champion: Judgement | None
    reasons: list[str]


def judge(folder: Path, rows: RatedTexts) -> Judgement:
    """Judge the model in a folder; neutral rows do not count for ROC-AUC.

    A case's label is the more probable side, since the threshold of a model weighs precision.
    """
    manifest, scorer = load_model(folder, "onnx")
    cases = load_cases()
    texts = [case.text for case in cases]
    tokens = scorer.tokenize(texts)
    probabilities = positive_probability(scorer.score_tokens(tokens)).tolist()
    decision = manifest.decision
    labels = [LABELS[probability >= 0.5] for probability in probabilities]
    confident = [
        find_doubt(text, probability, unknown, decision, manifest.languages) is None
        for text, probability, unknown in zip(
            texts, probabilities, tokens.unknown.tolist(), strict=True
        )
    ]
    sided = rows.labels != NEUTRAL
    scored = positive_probability(scorer.score(rows.texts))
    return Judgement(
        rates_by_kind(cases, labels, confident),
        float(roc_auc_score(rows.labels[sided] == POSITIVE, scored[sided])),
    )


def compare(
    family: str, candidate: Path, champion: Path | None, rows: Callable[[], RatedTexts]
) -> Verdict:
    """Judge the models in two folders on the same cases and the same rows."""
    common = rows()
    judged = judge(candidate, common)
    reigning = None if champion is None else judge(champion, common)
    reasons = broken_floors(family, judged.rates)
    if reigning is not None and judged.roc_auc < reigning.roc_auc - _LEAST_LOSS:
        reasons.append(
            f"ROC-AUC on {len(common)} common rows is {judged.roc_auc:.3f}, "
            f"the champion's is {reigning.roc_auc:.3f}"
        )
    return Verdict(judged, reigning, reasons)
