"""Contributions of words to a linear classifier's log-odds.

The features of a text are the TF-IDF values of its n-grams. The part of an n-gram in the log-odds
is its value times its coefficient. The part is divided evenly among the occurrences of the n-gram.
The share of an occurrence is divided evenly among its words. The words of an occurrence are known
because normalisation treats each word by itself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def word_contributions(
    words: int, occurrences: Sequence[tuple[int, Sequence[int]]], parts: Mapping[int, float]
) -> NDArray[np.float64]:
    """Contributions of the words, shape (words,), float64. They add up to the sum of the parts.

    ``occurrences``: for each occurrence of an n-gram, its column and the indices of its words.
    ``parts``: value times coefficient of each column.
    """
    times = Counter(column for column, _ in occurrences)
    contributions = np.zeros(words)
    for column, indices in occurrences:
        share = parts[column] / times[column] / len(indices)
        for index in indices:
            contributions[index] += share
    return contributions
