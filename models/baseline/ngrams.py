"""N-grams of words, and of characters within a word."""

from collections.abc import Sequence
from functools import lru_cache


def word_ngrams(tokens: Sequence[str], longest: int) -> list[str]:
    """Every n-gram of 1 to ``longest`` tokens, joined by spaces."""
    return [" ".join(tokens[span]) for span in spans(len(tokens), longest)]


def spans(size: int, longest: int) -> list[slice]:
    """Slices of every run of 1 to ``longest`` among ``size`` items, the short runs first."""
    return [
        slice(start, start + length)
        for length in range(1, longest + 1)
        for start in range(size - length + 1)
    ]


def character_ngrams(token: str, longest: int) -> list[str]:
    """Every n-gram of 2 to ``longest`` characters of `` token ``: lower case, padded by spaces."""
    padded = f" {token.lower()} "
    size = len(padded)
    return [
        padded[start : start + length]
        for length in range(2, min(longest, size) + 1)
        for start in range(size - length + 1)
    ]


@lru_cache(maxsize=4096)
def count_character_ngrams(characters: int, longest: int) -> int:
    """Number of ``character_ngrams`` of a token of so many characters."""
    size = characters + 2
    return sum(size - length + 1 for length in range(2, min(longest, size) + 1))
