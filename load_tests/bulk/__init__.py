"""Bulk scoring: time and memory, beside its ceiling and beside ``/predict_batch``."""
