"""Tokenization of tweets for a transformer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.family import Tokens
from models.text.normalization import URL, USER, normalize_light

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

_UNKNOWN = "[UNK]"
_MASKS = re.compile(f"{USER}|{URL}")


@dataclass(frozen=True)
class TokenizedExamples:
    """Token ids of each tweet, not padded, and ``Examples.targets``, shape (n, k), float32."""

    ids: Sequence[Sequence[int]]
    targets: FloatArray

    def __len__(self) -> int:
        return len(self.ids)


def tokenize(texts: Sequence[str], tokenizer: "Tokenizer") -> Tokens[list[int]]:
    """Token ids of each text after the light normalisation, not padded.

    The share of unknown tokens leaves out the masks of mentions and links.
    """
    normalized = [normalize_light(text) for text in texts]
    encodings = tokenizer.encode_batch(normalized)
    unknown_id = tokenizer.token_to_id(_UNKNOWN)
    unknown = [
        _unknown_share(encoding, text, unknown_id)
        for encoding, text in zip(encodings, normalized, strict=True)
    ]
    return Tokens([encoding.ids for encoding in encodings], np.array(unknown, dtype=np.float32))


def _unknown_share(encoding: "Encoding", text: str, unknown_id: int | None) -> float:
    if unknown_id not in encoding.ids:
        return 0.0
    masks = [mask.span() for mask in _MASKS.finditer(text)]
    # [CLS] and [SEP] have an empty span.
    counted = [
        token
        for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True)
        if start < end and not any(first <= start < last for first, last in masks)
    ]
    return counted.count(unknown_id) / len(counted)


def pad(ids: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ids padded at the end, and the attention mask, both of shape (n, longest), int64."""
    padded = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
    mask = np.zeros_like(padded)
    for row, row_mask, sequence in zip(padded, mask, ids, strict=True):
        row[: len(sequence)] = sequence
        row_mask[: len(sequence)] = 1
    return padded, mask
