"""Baseline family: n-grams under a linear classifier of scikit-learn.

Explanations of all families are in ``models.explanation``.
"""
