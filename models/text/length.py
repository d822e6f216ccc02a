"""The length of texts that models answer."""

LONGEST_TEXT = 1000
"""Most characters of a text after trimming."""
