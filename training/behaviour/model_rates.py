"""The rates of a model on the behaviour cases."""

from models.artifacts.folder import CalibratedScorer
from models.artifacts.manifest import Manifest
from models.confidence.doubt import find_doubt
from models.reader_shares import positive_probability
from training.behaviour.cases import LABELS, load_cases
from training.behaviour.rates import KindRate, rates_by_kind


def model_rates(manifest: Manifest, scorer: CalibratedScorer) -> dict[str, KindRate]:
    """Rates by kind of a model's answers to all cases.

    The label of a case is the more probable side. The model's own threshold favours precision, and
    is not used.
    """
    cases = load_cases()
    texts = [case.text for case in cases]
    tokens = scorer.tokenize(texts)
    probabilities = positive_probability(scorer.score_tokens(tokens)).tolist()
    labels = [LABELS[probability >= 0.5] for probability in probabilities]
    confident = [
        find_doubt(text, probability, unknown, manifest.decision, manifest.languages) is None
        for text, probability, unknown in zip(
            texts, probabilities, tokens.unknown.tolist(), strict=True
        )
    ]
    return rates_by_kind(cases, labels, confident)
