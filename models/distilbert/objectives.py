"""Loss of training, and metrics of validation."""

from typing import Any

import torch
from sklearn.metrics import precision_recall_curve, roc_auc_score

from models.arrays import FloatArray


def cross_entropy(
    outputs: Any, targets: torch.Tensor, num_items_in_batch: torch.Tensor | None = None
) -> torch.Tensor:
    """Mean cross-entropy over the tweets of a step, a scalar tensor.

    ``outputs["logits"]`` and ``targets`` have shape (n, k). Targets are those of ``Examples``.
    If the neutral share is NaN, the loss is that of P(negative) and P(positive), with a neutral
    reader counted as half. ``num_items_in_batch`` is the Trainer's count of target values.
    """
    log_shares = torch.log_softmax(outputs["logits"].float(), dim=1)
    targets = targets.float()
    if targets.shape[1] == 3:
        unknown = torch.isnan(targets[:, 1])
        shares = log_shares.exp()
        sides = torch.log(shares[:, [0, 2]] + shares[:, 1:2] / 2)
        of_sides = (targets[:, [0, 2]] * sides).sum(1)
        of_shares = (torch.nan_to_num(targets) * log_shares).sum(1)
        losses = -torch.where(unknown, of_sides, of_shares).sum()
    else:
        losses = -(targets * log_shares).sum()
    # The Trainer counts every value of the targets as an item.
    items = targets.numel() if num_items_in_batch is None else num_items_in_batch
    return losses * targets.shape[1] / items


def validation_metrics(prediction: tuple[FloatArray, FloatArray]) -> dict[str, float]:
    """ROC-AUC, and precision at recall 0.80, of logits and shares, both of shape (n, k).

    A tweet is positive if more readers call it positive than negative, and negative if fewer do.
    Ties are left out.
    """
    logits, shares = prediction
    ratios, leaning = logits[:, -1] - logits[:, 0], shares[:, -1] - shares[:, 0]
    ratios, positive = ratios[leaning != 0], leaning[leaning != 0] > 0
    precision, recall, _ = precision_recall_curve(positive, ratios)
    return {
        "roc_auc": float(roc_auc_score(positive, ratios)),
        "precision_at_recall_80": float(precision[recall >= 0.80].max()),
    }
