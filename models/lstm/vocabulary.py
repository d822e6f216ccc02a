"""Encoding of tweets as word ids, for a recurrent or convolutional network."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.text.emoticons import name_emoticons
from models.text.hashtags import split_hashtags
from models.text.negations import expand_negations
from models.text.normalization import Step, apply, fold_case, normalize_full, normalize_light

Normalisation = Literal["full", "words"]
"""``full``: lemmas without stop words. ``words``: every word, inflected."""

PADDING, UNKNOWN, FIRST_WORD = 0, 1, 2

_LIGHT_TO_WORDS: tuple[Step, ...] = (
    name_emoticons,
    split_hashtags,
    fold_case,
    expand_negations,
)
# A contracted verb is a word of its own, as in the Stanford tokenizer that GloVe was trained with.
_WORD = re.compile(r"<user>|<url>|'(?:m|re|s|ve|d|ll)\b|[^\W_]+|\.{2,}|[!?]")


def split_words(text: str, normalisation: Normalisation) -> list[str]:
    """Lower-case words, "!", "?", and the masks ``<user>`` and ``<url>``.

    ``words`` also keeps stop words, contracted verbs ("'m") and the ellipsis ("..."). Both
    normalisations expand negations ("not") and name emojis and emoticons.
    """
    if normalisation == "full":
        return normalize_full(text).split()
    found = _WORD.findall(apply(_LIGHT_TO_WORDS, normalize_light(text)))
    return ["..." if word.startswith("..") else word for word in found]


def row_of(word: str, rows: Mapping[str, int]) -> int | None:
    """The row of a word, or None. A mask without a row takes that of "user" or "url"."""
    return rows.get(word, rows.get(word.strip("<>")))


def encode(words: Sequence[str], rows: Mapping[str, int], max_tokens: int) -> list[int]:
    """Ids of the first ``max_tokens`` words. A tweet without words is one unknown word."""
    ids = [row_of(word, rows) for word in words[:max_tokens]]
    return [UNKNOWN if row is None else row for row in ids] or [UNKNOWN]


def pad(ids: Sequence[Sequence[int]]) -> NDArray[np.int32]:
    """Ids padded at the end, shape (n, longest), int32."""
    padded = np.full((len(ids), max(map(len, ids))), PADDING, dtype=np.int32)
    for row, sequence in zip(padded, ids, strict=True):
        row[: len(sequence)] = sequence
    return padded
