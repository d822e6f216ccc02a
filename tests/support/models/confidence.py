"""A calibration and a decision as training would find them."""

from models.confidence.calibration import Calibration
from models.confidence.decision import Decision

CALIBRATION = Calibration(scale=1.25, biases=(0.0, 0.25, -0.5))
DECISION = Decision(threshold=0.6, low=0.25, high=0.875, precision=0.95, coverage=0.5)
