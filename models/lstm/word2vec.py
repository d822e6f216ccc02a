"""Word vectors learned from the training tweets: skip-gram with negative sampling.

T. Mikolov et al., "Distributed representations of words and phrases and their compositionality",
2013. Trained by gensim.
"""

from collections.abc import Sequence

import numpy as np

from models.arrays import FloatArray

DIMENSIONS = 300
_WINDOW = 5
_NEGATIVE_SAMPLES = 10
_MIN_OCCURRENCES = 3
_EPOCHS = 10


def train_word2vec(tweets: Sequence[Sequence[str]], seed: int) -> tuple[dict[str, int], FloatArray]:
    """Words mapped to their row, the most frequent first, and vectors, shape (words, 300), float32.

    The same tweets and seed give the same vectors. Raises ValueError if no word occurs three
    times.
    """
    from gensim.models import Word2Vec

    model = Word2Vec(
        vector_size=DIMENSIONS,
        window=_WINDOW,
        sg=1,
        negative=_NEGATIVE_SAMPLES,
        min_count=_MIN_OCCURRENCES,
        seed=seed,
        # With several workers the result depends on the scheduling of threads.
        workers=1,
    )
    model.build_vocab(tweets)
    if not len(model.wv):
        raise ValueError(
            f"no word occurs {_MIN_OCCURRENCES} times in the training tweets: take more of them"
        )
    model.train(tweets, total_examples=model.corpus_count, epochs=_EPOCHS)
    return dict(model.wv.key_to_index), np.asarray(model.wv.vectors, dtype=np.float32)
