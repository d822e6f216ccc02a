"""Predictions: champions, batching, the cache, scoring, request timing, drift of live texts."""
