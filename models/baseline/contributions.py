"""What each word of a text adds to a linear classifier's log-odds.

The features of a text are the TF-IDF values of its n-grams. An n-gram's part, its value times its
coefficient, is shared evenly by the places where it occurs, and there by the words that it was read
from. They can be told since normalisation reads each word by itself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def word_contributions(
    words: int, places: Sequence[tuple[int, Sequence[int]]], parts: Mapping[int, float]
) -> NDArray[np.float64]:
    """The words' shares in ``parts``, shape (words,), float64.

    ``places``: column of an n-gram, and the indices of the words it was read from; one for each
    time that it occurs. ``parts``: column → value times coefficient.
    """
    times = Counter(column for column, _ in places)
    contributions = np.zeros(words)
    for column, owners in places:
        share = parts[column] / times[column] / len(owners)
        for owner in owners:
            contributions[owner] += share
    return contributions
