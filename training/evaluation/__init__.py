"""Evaluation of one model on one set of texts: metrics, intervals, curves, slices, pictures.

Tables and documents on several models are in ``training.reports``.
"""
