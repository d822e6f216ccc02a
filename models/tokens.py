"""Tweets as the token ids that a transformer reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.scorer import FloatArray
from models.text import normalize_light

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True)
class TokenizedExamples:
    """Token ids of each tweet, not padded, and P(positive) to be learned, shape (n,), float32."""

    ids: list[list[int]]
    targets: FloatArray

    def __len__(self) -> int:
        return len(self.ids)


def tokenize(texts: Sequence[str], tokenizer: "Tokenizer") -> list[list[int]]:
    """Token ids of the lightly normalised texts, one list each, not padded."""
    encoded = tokenizer.encode_batch([normalize_light(text) for text in texts])
    return [encoding.ids for encoding in encoded]


def pad(ids: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ids padded at the end to the longest, and the mask of what is not padding, (n, longest)."""
    padded = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
    mask = np.zeros_like(padded)
    for row, row_mask, sequence in zip(padded, mask, ids, strict=True):
        row[: len(sequence)] = sequence
        row_mask[: len(sequence)] = 1
    return padded, mask
