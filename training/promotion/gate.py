"""The gate of promotion: a candidate against the champion, on behaviour cases and common rows."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import roc_auc_score

from models.artifacts.folder import load_model
from models.confidence.doubt import find_doubt
from models.examples import NEUTRAL, POSITIVE
from models.reader_shares import positive_probability
from training.behaviour.cases import LABELS, load_cases
from training.behaviour.floors import broken_floors
from training.behaviour.rates import KindRate, rates_by_kind
from training.data.rated import RatedTexts

# Loss of ROC-AUC above which the gate refuses: about its standard error on the common rows.
_LEAST_LOSS = 0.005


@dataclass(frozen=True)
class Judgement:
    """Behaviour by kind of case, and ROC-AUC on the common rows, of a model served on a CPU."""

    rates: dict[str, KindRate]
    roc_auc: float


@dataclass(frozen=True)
class Verdict:
    """Judgements of candidate and champion; each reason to refuse the candidate is a sentence."""

    candidate: Judgement
    champion: Judgement | None
    reasons: list[str]


def judge(folder: Path, rows: RatedTexts) -> Judgement:
    """Judge the model in a folder. ROC-AUC leaves neutral rows out.

    The label of a case is the more probable side. The model's own threshold favours precision, and
    is not used.
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
    of_candidate = judge(candidate, common)
    of_champion = None if champion is None else judge(champion, common)
    reasons = broken_floors(family, of_candidate.rates)
    if of_champion is not None and of_candidate.roc_auc < of_champion.roc_auc - _LEAST_LOSS:
        reasons.append(
            f"ROC-AUC on {len(common)} common rows is {of_candidate.roc_auc:.3f}, "
            f"the champion's is {of_champion.roc_auc:.3f}"
        )
    return Verdict(of_candidate, of_champion, reasons)
