"""Fitting: one training, its steps for other studies, tuning, the grid of classifiers."""
