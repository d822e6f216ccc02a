"""Confidence: calibration of logits, the decision with its promised precision, doubt."""
