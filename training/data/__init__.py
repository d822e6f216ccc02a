"""Data sets and their splits: sources, selection by options, human ratings.

Normalisation of texts is in ``models.text``, since serving needs it too.
"""
