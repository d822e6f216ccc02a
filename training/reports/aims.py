"""Figures of the two studies that this project follows, and the aims set beside them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """One figure of a family: ``studied`` is the best of the studies, on other rows."""

    family: str
    metric: str
    figure: str
    studied: float
    aim: float


REFERENCES = (
    Reference("baseline", "test_accuracy_at_half", "accuracy", 0.78, 0.815),
    Reference("baseline", "test_roc_auc", "ROC-AUC", 0.85, 0.895),
    Reference("lstm", "test_accuracy_at_half", "accuracy", 0.790, 0.83),
    Reference("lstm", "test_roc_auc", "ROC-AUC", 0.875, 0.91),
    Reference("lstm", "test_precision_at_recall_778", "precision at recall 0.778", 0.797, 0.85),
    Reference("distilbert", "test_accuracy_at_half", "accuracy", 0.82, 0.86),
    Reference("distilbert", "test_roc_auc", "ROC-AUC", 0.90, 0.935),
    Reference(
        "distilbert", "test_precision_at_recall_80", "precision at recall 0.80", 0.882, 0.885
    ),
)
