"""The initial embedding of a network: its vocabulary, and a vector for each word."""

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
# Root mean square of a vector's values. The vectors of en_core_web_md have 2 to 7, which saturates
# gates and lets one frequent word outweigh the rest of its tweet.
_ROOT_MEAN_SQUARE = 0.3
# 60 MB at 300 dimensions.
_FREQUENT_WORDS = 50_000
_MIN_TWEETS = 2


@dataclass(frozen=True)
class Embedding:
    """``words`` maps each word to a row of ``vectors``, shape (rows, dimensions), float32.

    The first rows, of padding and of unknown words, are zero. The other rows have the same length,
    except for words that training learns from zero.
    """

    name: str
    words: dict[str, int]
    vectors: FloatArray


def read_embedding(
    source: str, tweets: Sequence[Sequence[str]], tuned: bool, seed: int
) -> Embedding:
    """The embedding from ``source``: ``packaged``, ``word2vec`` or the path of a file.

    ``tweets`` are the words of the training tweets. ``tuned``: whether training changes the
    vectors.

    Frozen vectors also serve words that no training tweet holds. All packaged vectors are kept
    (24 MB, since words share rows). From a file, which may hold a gigabyte, the 50,000 most
    frequent words and the words of the tweets are kept.

    Tuned vectors are kept for the words of the tweets only. Training would not move the other
    vectors along, and every row costs Adam time. A word without a vector is learned from zero if at
    least two tweets hold the word.

    Raises ValueError if the file is missing or holds no word vectors.
    """
    if source == PACKAGED:
        name, (rows, vectors) = "spacy-md", read_packaged_vectors()
    elif source == WORD2VEC:
        name, (rows, vectors) = WORD2VEC, train_word2vec(tweets, seed)
    else:
        rows, vectors = read_vectors_file(Path(source))
        name = _name(Path(source), vectors.shape[1])
    if tuned:
        words, vectors = _select_rows(_learnable_words(tweets, rows), rows, vectors)
    elif source in (PACKAGED, WORD2VEC):
        words = rows
    else:
        words, vectors = _select_rows(_frequent_words(tweets, rows), rows, vectors)
    reserved = np.zeros((FIRST_WORD, vectors.shape[1]), dtype=np.float32)
    return Embedding(
        name,
        {word: row + FIRST_WORD for word, row in words.items()},
        np.concatenate([reserved, _scale_to_one_length(vectors)]),
    )


def _scale_to_one_length(vectors: FloatArray) -> FloatArray:
    lengths = np.sqrt(np.mean(np.square(vectors), axis=1, keepdims=True)) / _ROOT_MEAN_SQUARE
    scaled: FloatArray = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return scaled


def _learnable_words(tweets: Sequence[Sequence[str]], rows: dict[str, int]) -> list[str]:
    tweets_with = Counter(word for words in tweets for word in dict.fromkeys(words))
    return [
        word
        for word, count in tweets_with.most_common()
        if count >= _MIN_TWEETS or row_of(word, rows) is not None
    ]


def _frequent_words(tweets: Sequence[Sequence[str]], rows: dict[str, int]) -> list[str]:
    in_tweets = dict.fromkeys(word for words in tweets for word in words)
    known = [word for word in in_tweets if row_of(word, rows) is not None]
    return list(dict.fromkeys(list(rows)[:_FREQUENT_WORDS] + known))


def _select_rows(
    words: list[str], rows: dict[str, int], vectors: FloatArray
) -> tuple[dict[str, int], FloatArray]:
    """Rows and vectors of ``words``, in this order. A word without a vector gets zeros."""
    selected = np.zeros((len(words), vectors.shape[1]), dtype=np.float32)
    for number, word in enumerate(words):
        if (row := row_of(word, rows)) is not None:
            selected[number] = vectors[row]
    return {word: number for number, word in enumerate(words)}, selected


def _name(path: Path, dimensions: int) -> str:
    """The file's name without format and dimensions: ``glove.6B.300d.txt.gz`` → ``glove.6B``."""
    stem = Path(path.name.removesuffix(".gz")).stem
    return stem.removesuffix(f"{dimensions}d").rstrip(".-_")
