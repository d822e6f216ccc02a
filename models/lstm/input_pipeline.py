"""Input pipeline of training: batches of encoded tweets, as a ``tf.data.Dataset``."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from models.arrays import FloatArray
from models.lstm.options import LstmOptions

# A bucket holds the tweets from one boundary, included, to the next, excluded.
_BUCKET_BOUNDARIES = (5, 9, 13, 17, 21, 25, 33, 49)


@dataclass(frozen=True)
class EncodedExamples:
    """Word ids of each tweet, not padded, and ``Examples.targets``, shape (n, k), float32."""

    ids: Sequence[Sequence[int]]
    targets: FloatArray


def pipeline(examples: EncodedExamples, options: LstmOptions, seed: int | None) -> tf.data.Dataset:
    """Batches of ids, shape (n, t), int32, and targets, (n, k), float32.

    ``seed`` shuffles the tweets; None keeps their order. A batch holds tweets of similar length and
    is padded to its longest tweet.
    """
    lengths = [len(ids) for ids in examples.ids]
    values = np.fromiter((word for ids in examples.ids for word in ids), np.int32, sum(lengths))
    tweets = tf.RaggedTensor.from_row_lengths(values, lengths)
    data = tf.data.Dataset.from_tensor_slices((tweets, examples.targets))
    data = data.map(lambda ids, target: (tf.ensure_shape(ids, (None,)), target))
    if seed is not None:
        data = data.shuffle(len(lengths), seed=seed)
    boundaries = [length for length in _BUCKET_BOUNDARIES if length <= options.max_tokens]
    boundaries.append(options.max_tokens + 1)
    data = data.bucket_by_sequence_length(
        lambda ids, target: tf.shape(ids)[0],
        bucket_boundaries=boundaries,
        bucket_batch_sizes=[options.batch_size] * (len(boundaries) + 1),
    )
    _, sizes = np.unique(np.digitize(lengths, boundaries), return_counts=True)
    # Keras warns about a pipeline of unknown length.
    data = data.apply(
        tf.data.experimental.assert_cardinality(-(-sizes // options.batch_size).sum())
    )
    return data.prefetch(tf.data.AUTOTUNE)
