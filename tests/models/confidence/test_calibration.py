import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.confidence.calibration import Calibration, fit_calibration
from models.reader_shares import positive_probability

IDENTITY = {2: Calibration(1.0, (0.0, 0.0)), 3: Calibration(1.0, (0.0, 0.0, 0.0))}


def softmax(logits: NDArray[np.float64]) -> FloatArray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: FloatArray = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def draw(rows: int, classes: int, seed: int) -> tuple[NDArray[np.float64], FloatArray]:
    """Calibrated logits, shape (n, k), and one-hot labels drawn by them."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 2, (rows, classes))
    ends = softmax(logits).cumsum(axis=1)
    labels = (generator.random((rows, 1)) < ends).argmax(axis=1)
    return logits, np.eye(classes, dtype=np.float32)[labels]


def log_loss(calibration: Calibration, logits: FloatArray, targets: FloatArray) -> float:
    shares = calibration.shares(logits)
    if targets.shape[1] == 2:
        shares = shares[:, [0, 2]]
    return float(-(targets * np.log(np.maximum(shares.astype(np.float64), 1e-12))).sum(1).mean())


@pytest.mark.parametrize("biases", [(0.0, -0.75), (0.0, 0.5, -0.75)])
def test_a_known_distortion_is_reversed(biases: tuple[float, ...]) -> None:
    logits, targets = draw(20_000, len(biases), seed=1)
    distorted = ((logits - biases) / 0.5).astype(np.float32)
    calibration = fit_calibration(distorted, targets)
    assert calibration.scale == pytest.approx(0.5, rel=0.05)
    assert calibration.biases == pytest.approx(biases, abs=0.08)
    assert calibration.has_neutral is (len(biases) == 3)

    shares = calibration.shares(distorted)
    assert shares.shape == (20_000, 3)
    assert shares.dtype == np.float32
    for column, target in ((0, targets[:, 0]), (2, targets[:, -1])):
        for rows in np.array_split(np.argsort(shares[:, column]), 10):
            assert shares[rows, column].mean() == pytest.approx(target[rows].mean(), abs=0.03)


@pytest.mark.parametrize("biases", [(0.0, 1.5), (0.0, -1.0, 0.25)])
def test_shares_of_readers_are_reproduced_where_a_calibration_can(
    biases: tuple[float, ...],
) -> None:
    logits, _ = draw(500, len(biases), seed=2)
    distorted = ((logits - biases) / 3).astype(np.float32)
    calibration = fit_calibration(distorted, softmax(logits))
    assert calibration.scale == pytest.approx(3, rel=1e-3)
    assert calibration.biases == pytest.approx(biases, abs=1e-3)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([2, 3]), st.integers(2, 60), st.floats(0.01, 100), st.integers(0, 10_000))
def test_calibration_never_raises_the_log_loss(
    classes: int, rows: int, scale: float, seed: int
) -> None:
    logits, _ = draw(rows, classes, seed)
    distorted = (logits * scale).astype(np.float32)
    # Targets that are independent of the logits.
    targets = np.random.default_rng(seed).dirichlet([0.7] * classes, rows).astype(np.float32)
    fitted = log_loss(fit_calibration(distorted, targets), distorted, targets)
    assert fitted <= log_loss(IDENTITY[classes], distorted, targets) + 1e-4


def test_calibration_lowers_the_log_loss_of_an_overconfident_model() -> None:
    logits, targets = draw(2_000, 3, seed=3)
    distorted = (4 * logits).astype(np.float32)
    gained = log_loss(IDENTITY[3], distorted, targets) - log_loss(
        fit_calibration(distorted, targets), distorted, targets
    )
    assert gained > 0.3


def test_one_hot_targets_of_two_classes_are_smoothed_as_platt_did() -> None:
    logits, targets = draw(60, 2, seed=4)
    distorted = logits.astype(np.float32)
    positives, negatives = targets.sum(axis=0)[::-1]
    positive = np.where(targets[:, 1] == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    smoothed = np.stack([1 - positive, positive], axis=1).astype(np.float32)
    found, expected = fit_calibration(distorted, targets), fit_calibration(distorted, smoothed)
    assert found.scale == pytest.approx(expected.scale, rel=1e-3)
    assert found.biases == pytest.approx(expected.biases, abs=1e-3)


def test_a_separable_split_does_not_give_probabilities_of_0_and_1() -> None:
    log_odds = np.linspace(-4, 4, 40)
    logits = np.stack([np.zeros(40), log_odds], axis=1).astype(np.float32)
    targets = np.stack([log_odds < 0, log_odds > 0], axis=1).astype(np.float32)
    probabilities = positive_probability(fit_calibration(logits, targets).shares(logits))
    assert 0.9 < probabilities.max() < 0.999
    assert 0.001 < probabilities.min() < 0.1


def test_two_classes_have_no_neutral_readers() -> None:
    logits = np.array([[0, 0], [0, 1], [-2, 2]], dtype=np.float32)
    shares = Calibration(2.0, (0.0, 1.0)).shares(logits)
    assert shares[:, 1].tolist() == [0, 0, 0]
    assert shares[:, 2].tolist() == pytest.approx((1 / (1 + np.exp([-1, -3, -9]))).tolist())


@settings(deadline=None, max_examples=100)
@given(
    st.floats(0.01, 10),
    st.sampled_from([2, 3]).flatmap(
        lambda k: st.tuples(
            st.lists(st.floats(-5, 5), min_size=k - 1, max_size=k - 1),
            st.lists(st.lists(st.floats(-1e4, 1e4, width=32), min_size=k, max_size=k), max_size=20),
        )
    ),
)
def test_shares_are_positive_and_add_up_to_one(
    scale: float, case: tuple[list[float], list[list[float]]]
) -> None:
    biases, rows = case
    logits = np.array(rows, dtype=np.float32).reshape(-1, len(biases) + 1)
    shares = Calibration(scale, (0.0, *biases)).shares(logits)
    assert shares.shape == (len(rows), 3)
    assert shares.dtype == np.float32
    assert (shares[:, [0, 2]] > 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)


@settings(deadline=None, max_examples=100)
@given(
    st.floats(0.01, 10),
    st.lists(st.floats(-5, 5), min_size=1, max_size=2),
    st.lists(st.floats(-1e4, 1e4, width=32), min_size=2, max_size=30),
)
def test_a_higher_logit_of_positive_never_gives_a_lower_probability(
    scale: float, biases: list[float], positive: list[float]
) -> None:
    logits = np.zeros((len(positive), len(biases) + 1), dtype=np.float32)
    logits[:, -1] = np.sort(np.array(positive, dtype=np.float32))
    probabilities = positive_probability(Calibration(scale, (0.0, *biases)).shares(logits))
    assert (np.diff(probabilities) >= 0).all()
    assert (probabilities >= 0).all()
    assert (probabilities <= 1).all()


def test_the_ranking_of_the_texts_is_never_reversed() -> None:
    logits, targets = draw(300, 3, seed=5)
    calibration = fit_calibration((-logits).astype(np.float32), targets)
    assert 0 < calibration.scale < 0.01
