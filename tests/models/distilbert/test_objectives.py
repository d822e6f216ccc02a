"""The loss that both frameworks train with."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.arrays import FloatArray
from tests.support.models.networks import keras_of_old_numpy

pytestmark = keras_of_old_numpy

_ROWS = 40


def draw(classes: int) -> tuple[FloatArray, FloatArray]:
    """Logits and shares to be learned, of which every second neutral one is unknown."""
    generator = np.random.default_rng(classes)
    logits = generator.normal(0, 3, (_ROWS, classes)).astype(np.float32)
    targets = generator.dirichlet([0.5] * classes, _ROWS).astype(np.float32)
    if classes == 3:
        positive = targets[::2, 2] / (targets[::2, 0] + targets[::2, 2])
        targets[::2] = np.stack([1 - positive, np.full(_ROWS // 2, np.nan), positive], axis=1)
    return logits, targets


def shares_of(logits: FloatArray) -> NDArray[np.float64]:
    powers = np.exp(logits.astype(np.float64))
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def expected_losses(logits: FloatArray, targets: FloatArray) -> list[float]:
    """The loss of each row, one by one."""
    losses = []
    for shares, wanted in zip(shares_of(logits), targets.astype(np.float64), strict=True):
        if np.isnan(wanted).any():
            # A neutral reader counts as half.
            negative, neutral, positive = shares
            shares = np.array([negative + neutral / 2, positive + neutral / 2])
            wanted = wanted[[0, 2]]
        losses.append(-float(sum(wanted * np.log(shares))))
    return losses


@pytest.mark.parametrize("classes", [2, 3])
def test_torch_takes_the_mean_over_tweets(classes: int) -> None:
    import torch

    from models.distilbert.objectives import cross_entropy

    logits, targets = draw(classes)
    outputs, wanted = {"logits": torch.from_numpy(logits)}, torch.from_numpy(targets)
    expected = np.mean(expected_losses(logits, targets))
    assert float(cross_entropy(outputs, wanted)) == pytest.approx(expected, rel=1e-5)
    # The trainer counts the shares of all tweets of a step, of which this is the first half.
    items = torch.tensor(2 * targets.size)
    assert float(cross_entropy(outputs, wanted, items)) == pytest.approx(expected / 2, rel=1e-5)


@pytest.mark.parametrize("classes", [2, 3])
def test_keras_gives_the_loss_of_each_tweet(classes: int) -> None:
    from models.lstm.training import cross_entropy

    logits, targets = draw(classes)
    losses = cross_entropy(targets, shares_of(logits).astype(np.float32))
    np.testing.assert_allclose(losses, expected_losses(logits, targets), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_gradients_of_both_are_finite_and_the_same(classes: int) -> None:
    import tensorflow as tf
    import torch

    from models.distilbert import objectives
    from models.lstm import training as lstm_training

    logits, targets = draw(classes)
    of_torch = torch.from_numpy(logits).requires_grad_()
    objectives.cross_entropy({"logits": of_torch}, torch.from_numpy(targets)).backward()  # type: ignore[no-untyped-call]
    assert of_torch.grad is not None
    of_keras = tf.Variable(logits)
    with tf.GradientTape() as tape:
        losses = lstm_training.cross_entropy(tf.constant(targets), tf.nn.softmax(of_keras))
        loss = tf.reduce_mean(losses)
    gradient = tape.gradient(loss, of_keras).numpy()
    assert np.isfinite(gradient).all()
    assert (np.abs(gradient).max(axis=1) > 0).all()
    np.testing.assert_allclose(of_torch.grad.numpy(), gradient, rtol=1e-3, atol=1e-6)
