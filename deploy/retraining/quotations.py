"""Quotations of feedback texts, which are personal data, in texts for the public."""

import re
from collections.abc import Iterable, Iterator, Sequence

# Shorter runs of words occur in other sentences, too.
_LONGEST, _SHORTEST = 6, 4
_WORD = re.compile(r"[\w']+")


def quotes(public: str, private: Iterable[str]) -> bool:
    """Whether a text for the public has six words in a row of one of the private texts.

    Of a private text with four or five words, all words count. A shorter text is no quotation.
    Case, signs and line breaks do not count.
    """
    words = _words(public)
    runs = {length: set(_runs(words, length)) for length in range(_SHORTEST, _LONGEST + 1)}
    for text in private:
        own = _words(text)
        length = min(len(own), _LONGEST)
        if length >= _SHORTEST and not runs[length].isdisjoint(_runs(own, length)):
            return True
    return False


def _runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[start : start + length]) for start in range(len(words) - length + 1))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
