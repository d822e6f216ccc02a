"""Drift: features of a text, their histograms in training, and the distance of live histograms.

The live histograms of the service are in ``serving.prediction.drift``.
"""
