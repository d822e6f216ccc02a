"""The trained classifier of the baseline family."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.arrays import FloatArray
from models.baseline.options import BaselineOptions
from models.baseline.vectorizer import NgramVectorizer, Occurrences
from models.family import Tokens

WEIGHTS = "weights.safetensors"
VOCABULARY = "vocabulary.json"


class BaselineClassifier:
    """Logits are sums over n-grams. The logit of *negative* is 0.

    ``coefficients``: one array for each vectorizer, shape (size, k - 1), float32, for k classes.
    ``intercepts``: shape (k - 1,), float32.
    """

    def __init__(
        self,
        options: BaselineOptions,
        vectorizers: Sequence[NgramVectorizer],
        coefficients: Sequence[FloatArray],
        intercepts: FloatArray,
    ) -> None:
        features = options.features.replace("_", "")
        self.checkpoint = f"{features}-{options.classifier.replace('_', '-')}"
        self._options = options
        self._vectorizers = vectorizers
        self._coefficients = coefficients
        self._intercepts = intercepts

    def tokenize(self, texts: Sequence[str]) -> Tokens[list[Occurrences]]:
        """The n-grams of each text, for each vectorizer.

        The share of unknown tokens is the least among the vectorizers.
        """
        found = [[vectorizer.find(text) for vectorizer in self._vectorizers] for text in texts]
        unknown = [min(ngrams.unknown for ngrams in of_text) for of_text in found]
        return Tokens(found, np.array(unknown, dtype=np.float32))

    def score(self, tokens: Tokens[list[Occurrences]]) -> FloatArray:
        """Logits, shape (n, k), float32. The logit of a linear SVM is its decision function."""
        logits = np.zeros((len(tokens.inputs), len(self._intercepts) + 1), dtype=np.float32)
        logits[:, 1:] = self._intercepts
        for index, vectorizer in enumerate(self._vectorizers):
            features = vectorizer.features([of_text[index] for of_text in tokens.inputs])
            logits[:, 1:] += features.dot(self._coefficients[index])
        return logits

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """Logits of texts, shape (n, k), float32."""
        return self.score(self.tokenize(texts))

    def contributions(self, words: Sequence[str]) -> FloatArray:
        """Contribution of each word of a text to the logit of *positive*, shape (n,), float32."""
        total = np.zeros(len(words))
        for vectorizer, coefficients in zip(self._vectorizers, self._coefficients, strict=True):
            total += vectorizer.word_contributions(words, coefficients[:, -1])
        return total.astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write coefficients and IDF as safetensors, options and vocabularies as JSON."""
        from safetensors.numpy import save_file

        arrays = {"intercepts": self._intercepts}
        vocabulary: dict[str, object] = {"options": self._options.model_dump()}
        for vectorizer, coefficients in zip(self._vectorizers, self._coefficients, strict=True):
            prefix = vectorizer.kind.removesuffix("s")
            # safetensors ignores strides: it writes the bytes of an array as they lie in memory.
            arrays[f"{prefix}_coefficients"] = np.ascontiguousarray(coefficients)
            if vectorizer.idf is not None:
                arrays[f"{prefix}_idf"] = vectorizer.idf
            vocabulary[vectorizer.kind] = vectorizer.terms
        save_file(arrays, folder / WEIGHTS)
        (folder / VOCABULARY).write_text(json.dumps(vocabulary), encoding="utf-8")
