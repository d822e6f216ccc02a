"""The error of a retraining that did not start."""


class StartError(Exception):
    """A retraining did not start, or failed. The message quotes no secret."""
