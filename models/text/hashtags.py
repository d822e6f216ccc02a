"""Hashtags as words."""

import re
from functools import lru_cache
from itertools import count

_HASHTAG = re.compile(r"#(\w+)")
_WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
# The time of a segmentation grows with the length: 75 ms for a tag of 1,000 letters.
_MAX_SEGMENTED_LENGTH = 40
# Without a limit, a batch of tweets full of hashtags would occupy a worker for seconds.
_MAX_SPLIT_HASHTAGS = 10


def split_hashtags(text: str) -> str:
    """Split the first ten hashtags into words, by capitals or else by frequencies (wordninja)."""
    numbers = count()

    def split(match: re.Match[str]) -> str:
        return " ".join(_words_of(match[1])) if next(numbers) < _MAX_SPLIT_HASHTAGS else match[1]

    return _HASHTAG.sub(split, text)


@lru_cache(maxsize=4096)
def _words_of(tag: str) -> tuple[str, ...]:
    parts = tuple(part for part in _WORD_BOUNDARY.split(tag) if part)
    if len(parts) > 1 or not tag.isascii() or not tag.isalpha() or len(tag) > _MAX_SEGMENTED_LENGTH:
        return parts
    import wordninja

    words = tuple(wordninja.split(tag))
    # A segmentation into single letters means that the word is not in the dictionary.
    return words if all(len(word) > 1 or word in "aAiI" for word in words) else (tag,)
