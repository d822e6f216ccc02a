"""Drift: features of a text, their histograms in training, and distances between histograms.

The live histograms of the service are in ``serving.prediction.drift``.
"""
