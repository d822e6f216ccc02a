"""Errors that a user can mend."""


class TrainingError(Exception):
    """What the command line tells in one line, with exit code 2."""


class DataError(TrainingError):
    """A data set cannot be read; the message says why and what to do."""


class PromotionError(TrainingError):
    """No run can be promoted; the message says why and what to do."""
