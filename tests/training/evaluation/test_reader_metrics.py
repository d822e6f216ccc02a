import numpy as np
import pytest

from models.confidence.decision import Decision
from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from training.data.rated import TWEETS, RatedTexts
from training.evaluation.reader_metrics import calibration_error, evaluate_labels, evaluate_readers

DECISION = Decision(
    threshold=0.5, low=0.2, high=0.8, precision=0.9, coverage=0.5, promised_share=0.25
)
LABELS = np.array(
    [POSITIVE, POSITIVE, POSITIVE, NEUTRAL, NEUTRAL, NEGATIVE, NEGATIVE, NEGATIVE], dtype=np.int8
)
SHARES = np.array(
    [
        (0.0, 0.1, 0.9),  # P(positive) 0.95, rightly confident
        (0.1, 0.0, 0.9),  # 0.9, rightly confident
        (0.3, 0.5, 0.2),  # 0.45, and called neutral
        (0.1, 0.2, 0.7),  # 0.8, a neutral row that is confidently positive
        (0.2, 0.6, 0.2),  # 0.5, rightly neutral
        (0.8, 0.2, 0.0),  # 0.1, rightly confident
        (0.6, 0.0, 0.4),  # 0.4
        (0.1, 0.0, 0.9),  # 0.9, a negative row that is confidently positive
    ],
    dtype=np.float32,
)


def rated(shares: list[tuple[float, float, float]], disagreement: list[float]) -> RatedTexts:
    rows = len(shares)
    texts = [f"text {row}" for row in range(rows)]
    found = np.array(shares, dtype=np.float32)
    labels = np.sign(found[:, 2] - found[:, 0])
    return RatedTexts(
        texts,
        found,
        np.where(labels > 0, POSITIVE, np.where(labels < 0, NEGATIVE, NEUTRAL)).astype(np.int8),
        np.array(disagreement, dtype=np.float32),
        [TWEETS] * rows,
        texts,
    )


def test_figures_of_labels_counted_by_hand() -> None:
    figures = evaluate_labels(LABELS, SHARES, DECISION)
    assert figures["rows"] == 8
    # Of nine pairs of a positive and a negative row seven stand in the right order, one halfway.
    assert figures["roc_auc"] == pytest.approx(7.5 / 9)
    # By the largest share: two of three positives, one of two neutrals, two of three negatives.
    assert figures["macro_recall"] == pytest.approx((2 / 3 + 1 / 2 + 2 / 3) / 3)
    positive = {
        name.removeprefix("confident_positive_"): value
        for name, value in figures.items()
        if name.startswith("confident_positive_")
    }
    # Rows 1, 2, 4 and 8 are confident, of which a neutral and a negative one.
    found, mistaken = 2 / 3, 2 / 5
    assert positive == pytest.approx(
        {
            "precision": 2 / 4,
            "precision_of_sided": 2 / 3,
            "precision_at_promise": 0.25 * found / (0.25 * found + 0.75 * mistaken),
            "recall": found,
            "share": 4 / 8,
        }
    )
    assert figures["confident_negative_precision"] == 1
    assert figures["confident_negative_precision_of_sided"] == 1
    assert figures["confident_negative_precision_at_promise"] == 1
    assert figures["confident_negative_recall"] == pytest.approx(1 / 3)
    assert figures["confident_negative_share"] == pytest.approx(1 / 8)


def test_figures_are_zero_where_no_answer_is_confident() -> None:
    silent = Decision(threshold=0.5, low=0.0, high=1.0, precision=0, coverage=0)
    figures = evaluate_labels(LABELS, SHARES, silent)
    confident = {name: value for name, value in figures.items() if name.startswith("confident")}
    assert len(confident) == 10
    assert set(confident.values()) == {0}


def test_figures_of_readers_counted_by_hand() -> None:
    raters = [(0.0, 0.0, 1.0), (0.5, 0.5, 0.0), (0.25, 0.5, 0.25)]
    texts = rated(raters, disagreement=[0.1, 0.5, 0.9])
    shares = np.array([(0.0, 0.2, 0.8), (0.5, 0.5, 0.0), (0.5, 0.0, 0.5)], dtype=np.float32)
    figures = evaluate_readers(texts, shares, DECISION)
    # The third text's neutral raters met a share of nought, which counts as 1e-7.
    losses = [-np.log(0.8), -np.log(0.5), -0.5 * np.log(0.5) - 0.5 * np.log(1e-7)]
    assert figures["log_loss"] == pytest.approx(np.mean(losses), rel=1e-5)
    assert figures["manhattan_distance"] == pytest.approx((0.4 + 0 + 1.0) / 3, rel=1e-5)
    # Predicted spreads are 0.4, 0.5 and 1: in the order of the disagreements.
    assert figures["spread_correlation"] == pytest.approx(1)
    # Each text is a bin of its own: P(positive) 0.9, 0.25, 0.5 against 1, 0.25, 0.5.
    assert figures["calibration_error"] == pytest.approx(0.1 / 3, rel=1e-5)
    assert evaluate_labels(texts.labels, shares, DECISION).items() <= figures.items()


@pytest.mark.parametrize(("disagreement", "correlation"), [((1, 2, 5), 1), ((5, 2, 1), -1)])
def test_the_spread_of_readers_is_compared_by_rank(
    disagreement: tuple[float, ...], correlation: float
) -> None:
    shares = [(0.0, 0.3, 0.7), (0.5, 0.5, 0.0), (0.1, 0.4, 0.5)]
    # Readers who say -1, 0 and 1 have standard deviations of 0.458, 0.5 and 0.663.
    texts = rated(shares, list(disagreement))
    figures = evaluate_readers(texts, texts.shares, DECISION)
    assert figures["spread_correlation"] == pytest.approx(correlation)


def test_the_calibration_error_is_that_of_ten_bins_of_equal_size() -> None:
    probabilities = np.linspace(0, 1, 100).astype(np.float32)
    # Within a bin errors of both signs cancel out.
    jagged = probabilities + np.tile([0.1, -0.1], 50).astype(np.float32)
    assert calibration_error(probabilities, jagged) == pytest.approx(0, abs=1e-6)
    assert calibration_error(probabilities, probabilities + 0.05) == pytest.approx(0.05)
    # Bins of opposite errors do not.
    timid = np.where(probabilities < 0.5, probabilities - 0.2, probabilities + 0.1)
    assert calibration_error(probabilities, timid) == pytest.approx(0.15, abs=1e-6)
    shuffled = np.random.default_rng(2).permutation(100)
    assert calibration_error(probabilities[shuffled], timid[shuffled]) == pytest.approx(
        0.15, abs=1e-6
    )
