"""Languages of texts, on a sample."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from models.text.language import identify_language

# 3 ms each.
_SAMPLE = 300


def language_shares(texts: Sequence[str]) -> dict[str, float]:
    """Share of each language, ISO 639-1, the most frequent first, in at most 300 of the texts."""
    rows = np.linspace(0, len(texts) - 1, min(_SAMPLE, len(texts)), dtype=int)
    counts = Counter(identify_language(texts[row]) for row in rows)
    return {language: count / len(rows) for language, count in counts.most_common()}
