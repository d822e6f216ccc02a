"""Baseline family: n-grams under a linear classifier of scikit-learn.

Explanations that every family has are in ``models.explanation``.
"""
