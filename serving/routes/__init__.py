"""Routes of the HTTP contract, one file a subject.

A route validates and answers; predictions are made in ``serving.prediction``.
"""
