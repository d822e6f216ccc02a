"""The words that a network knows, and the vectors that they begin with."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.arrays import FloatArray
from models.lstm.vectors import read_packaged_vectors, read_vectors_file
from models.lstm.vocabulary import FIRST_WORD, row_of
from models.lstm.word2vec import train_word2vec

PACKAGED = "packaged"
WORD2VEC = "word2vec"
# Root mean square of a vector's values. As they come, those of en_core_web_md range from 2 to 7,
# which saturates gates, and lets a frequent word outweigh the others of its tweet.
_SCALE = 0.3
# At 300 dimensions so many words weigh 60 MB.
_FREQUENT_WORDS = 50_000
_LEAST_TWEETS = 2


@dataclass(frozen=True)
class Embedding:
    """``words`` maps to rows of ``vectors``, shape (rows, dimensions), float32.

    The rows of padding and of unknown words come first, and are zero. All others have one length,
    but for those of words that are to be learned from zero.
    """

    name: str
    words: dict[str, int]
    vectors: FloatArray


def read_embedding(
    source: str, tweets: Sequence[Sequence[str]], tuned: bool, seed: int
) -> Embedding:
    """``source`` is ``packaged``, ``word2vec`` or the path of a file; ``tweets`` are to train on.

    Frozen vectors serve words that no training tweet holds, too. All of the packaged ones are kept
    (24 MB, as words share rows); of a file, the 50,000 most frequent and those of the tweets,
    since a file can hold a gigabyte. Where vectors are to be tuned, only the words of the tweets
    are kept: the others would stay behind in a space that these leave, and every row costs Adam
    time. Words without a vector that at least two tweets hold then begin at zero.

    Raises ValueError where there is no such file, or it holds no word vectors.
    """
    if source == PACKAGED:
        name, (rows, vectors) = "spacy-md", read_packaged_vectors()
    elif source == WORD2VEC:
        name, (rows, vectors) = WORD2VEC, train_word2vec(tweets, seed)
    else:
        rows, vectors = read_vectors_file(Path(source))
        name = _name(Path(source), vectors.shape[1])
    if tuned:
        words, vectors = _own_rows(_learnable(tweets, rows), rows, vectors)
    elif source in (PACKAGED, WORD2VEC):
        words = rows
    else:
        words, vectors = _own_rows(_frequent(tweets, rows), rows, vectors)
    reserved = np.zeros((FIRST_WORD, vectors.shape[1]), dtype=np.float32)
    return Embedding(
        name,
        {word: row + FIRST_WORD for word, row in words.items()},
        np.concatenate([reserved, _of_one_length(vectors)]),
    )


def _of_one_length(vectors: FloatArray) -> FloatArray:
    lengths = np.sqrt(np.mean(np.square(vectors), axis=1, keepdims=True)) / _SCALE
    scaled: FloatArray = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return scaled


def _learnable(tweets: Sequence[Sequence[str]], rows: dict[str, int]) -> list[str]:
    tweets_with = Counter(word for words in tweets for word in dict.fromkeys(words))
    return [
        word
        for word, count in tweets_with.most_common()
        if count >= _LEAST_TWEETS or row_of(word, rows) is not None
    ]


def _frequent(tweets: Sequence[Sequence[str]], rows: dict[str, int]) -> list[str]:
    read = dict.fromkeys(word for words in tweets for word in words)
    known = [word for word in read if row_of(word, rows) is not None]
    return list(dict.fromkeys(list(rows)[:_FREQUENT_WORDS] + known))


def _own_rows(
    words: list[str], rows: dict[str, int], vectors: FloatArray
) -> tuple[dict[str, int], FloatArray]:
    """A row for each word, in their order, with what ``rows`` and ``vectors`` hold of it."""
    own = np.zeros((len(words), vectors.shape[1]), dtype=np.float32)
    for number, word in enumerate(words):
        if (row := row_of(word, rows)) is not None:
            own[number] = vectors[row]
    return {word: number for number, word in enumerate(words)}, own


def _name(path: Path, dimensions: int) -> str:
    """The file's name less format and dimensions: ``glove.6B.300d.txt.gz`` → ``glove.6B``."""
    stem = Path(path.name.removesuffix(".gz")).stem
    return stem.removesuffix(f"{dimensions}d").rstrip(".-_")
