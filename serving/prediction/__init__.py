"""Predictions: loading of champions, cache, batching, scoring, timing, drift of live texts."""
