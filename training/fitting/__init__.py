"""Fitting of models: one training, tuning, the grid of classifiers, distillation."""
