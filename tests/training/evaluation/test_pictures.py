import numpy as np
from sklearn.metrics import precision_recall_curve

from models.confidence.decision import Decision
from training.evaluation.pictures import draw_confusion_matrix, draw_precision_recall

LABELS = np.array([1, 1, 1, 0, 0, 0, 0], dtype=np.int8)
PROBABILITIES = np.array([0.9, 0.8, 0.4, 0.7, 0.3, 0.2, 0.1], dtype=np.float32)
DECISION = Decision(threshold=0.75, low=0.2, high=0.88, precision=1.0, coverage=0.5)


def test_the_confusion_matrix_counts_at_the_decision_threshold() -> None:
    (axes,) = draw_confusion_matrix(LABELS, PROBABILITIES, DECISION).axes
    # Rows are labels, columns are predictions; negative comes first.
    assert [text.get_text() for text in axes.texts] == ["4", "0", "1", "2"]
    assert axes.get_title() == "Test split, threshold 0.75"


def test_the_precision_recall_curve_is_that_of_the_positive_class() -> None:
    (axes,) = draw_precision_recall(LABELS, PROBABILITIES).axes
    precision, recall, _ = precision_recall_curve(LABELS, PROBABILITIES)
    curve = np.asarray(axes.lines[0].get_xydata())
    np.testing.assert_allclose(curve, np.stack([recall, precision], axis=1))
