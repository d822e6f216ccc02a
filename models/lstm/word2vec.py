"""Word vectors learned from the training tweets: skip-gram with negative sampling.

Mikolov et al. (2013), Distributed Representations of Words and Phrases; trained by gensim.
"""

from collections.abc import Sequence

import numpy as np

from models.arrays import FloatArray

DIMENSIONS = 300
_WINDOW = 5
_NEGATIVE_SAMPLES = 10
_LEAST_OCCURRENCES = 3
_EPOCHS = 10


def train_word2vec(tweets: Sequence[Sequence[str]], seed: int) -> tuple[dict[str, int], FloatArray]:
    """Words of the tweets mapped to their row, the frequent first, and the vectors.

    Vectors have shape (words, 300), float32. The same tweets and seed give the same vectors.
    Raises ValueError where no word occurs often enough.
    """
    from gensim.models import Word2Vec

    model = Word2Vec(
        vector_size=DIMENSIONS,
        window=_WINDOW,
        sg=1,
        negative=_NEGATIVE_SAMPLES,
        min_count=_LEAST_OCCURRENCES,
        seed=seed,
        # Several workers would update the vectors in the order in which threads happen to run.
        workers=1,
    )
    model.build_vocab(tweets)
    if not len(model.wv):
        raise ValueError(
            f"no word occurs {_LEAST_OCCURRENCES} times in the training tweets: take more of them"
        )
    model.train(tweets, total_examples=model.corpus_count, epochs=_EPOCHS)
    return dict(model.wv.key_to_index), np.asarray(model.wv.vectors, dtype=np.float32)
