"""Figures of one model on one set of texts: metrics, intervals, curves, slices, their pictures.

Tables and documents on several models are in ``training.reports``.
"""
