"""Errors that a user can correct."""


class TrainingError(Exception):
    """An error that the command line prints in one line, with exit code 2."""


class DataError(TrainingError):
    """A data set cannot be read; the message gives the reason and the remedy."""


class TrackingError(TrainingError):
    """The tracking store cannot be used; the message gives its address and the remedy."""


class PromotionError(TrainingError):
    """A run cannot be promoted; the message gives the reason and the remedy."""
