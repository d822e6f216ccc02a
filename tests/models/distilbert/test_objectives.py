"""The loss of both frameworks, which must be the same function."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.arrays import FloatArray
from tests.support.models.networks import ignore_keras_numpy_warning

pytestmark = ignore_keras_numpy_warning

_ROWS = 40


def draw(classes: int) -> tuple[FloatArray, FloatArray]:
    """Logits and targets. Every second neutral share is unknown."""
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
    """The loss of each row, in NumPy."""
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
def test_the_torch_loss_is_the_mean_over_tweets(classes: int) -> None:
    import torch

    from models.distilbert.objectives import cross_entropy

    logits, targets = draw(classes)
    outputs, wanted = {"logits": torch.from_numpy(logits)}, torch.from_numpy(targets)
    expected = np.mean(expected_losses(logits, targets))
    assert float(cross_entropy(outputs, wanted)) == pytest.approx(expected, rel=1e-5)
    # The Trainer counts the values of a whole step, of which these rows are the first half.
    items = torch.tensor(2 * targets.size)
    assert float(cross_entropy(outputs, wanted, items)) == pytest.approx(expected / 2, rel=1e-5)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_keras_loss_is_the_loss_of_each_tweet(classes: int) -> None:
    from models.lstm.objectives import cross_entropy

    logits, targets = draw(classes)
    losses = cross_entropy(targets, shares_of(logits).astype(np.float32))
    np.testing.assert_allclose(losses, expected_losses(logits, targets), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("classes", [2, 3])
def test_both_losses_have_the_same_finite_gradients(classes: int) -> None:
    import tensorflow as tf
    import torch

    from models.distilbert import objectives as torch_objectives
    from models.lstm import objectives as keras_objectives

    logits, targets = draw(classes)
    of_torch = torch.from_numpy(logits).requires_grad_()
    torch_objectives.cross_entropy({"logits": of_torch}, torch.from_numpy(targets)).backward()  # type: ignore[no-untyped-call]
    assert of_torch.grad is not None
    of_keras = tf.Variable(logits)
    with tf.GradientTape() as tape:
        losses = keras_objectives.cross_entropy(tf.constant(targets), tf.nn.softmax(of_keras))
        loss = tf.reduce_mean(losses)
    gradient = tape.gradient(loss, of_keras).numpy()
    assert np.isfinite(gradient).all()
    assert (np.abs(gradient).max(axis=1) > 0).all()
    np.testing.assert_allclose(of_torch.grad.numpy(), gradient, rtol=1e-3, atol=1e-6)
