"""The trained classifier of the LSTM family."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.arrays import FloatArray
from models.family import Tokens
from models.inference.batches import CPU_TOKENS, NATIVE_TOKENS, score_by_length
from models.lstm.network import Architecture, Forward
from models.lstm.vocabulary import UNKNOWN, encode, pad, split_words

if TYPE_CHECKING:
    import keras

WEIGHTS = "network.weights.h5"
ONNX_NETWORK = "network.onnx"
VOCABULARY = "vocabulary.json"
ARCHITECTURE = "architecture.json"


class LstmClassifier:
    """A vocabulary and the forward pass of a network.

    ``words`` maps a word to its id. ``network`` is the Keras model, None if the forward pass
    runs in ONNX Runtime.
    """

    def __init__(
        self,
        forward: Forward,
        words: dict[str, int],
        architecture: Architecture,
        network: "keras.Model | None" = None,
    ) -> None:
        self.checkpoint = architecture.checkpoint
        self._forward = forward
        self._words = words
        self._architecture = architecture
        self._network = network
        self._batch_tokens = CPU_TOKENS if network is None else NATIVE_TOKENS

    def tokenize(self, texts: Sequence[str]) -> Tokens[list[int]]:
        """Word ids of each text, not padded."""
        ids = encode_texts(texts, self._words, self._architecture)
        unknown = [row.count(UNKNOWN) / len(row) for row in ids]
        return Tokens(ids, np.array(unknown, dtype=np.float32))

    def score(self, tokens: Tokens[list[int]]) -> FloatArray:
        """Logits, shape (n, k), float32."""
        return score_by_length(
            tokens.inputs,
            self._batch_tokens,
            self._architecture.classes,
            lambda ids: self._forward(pad(ids)),
        )

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """Logits of texts, shape (n, k), float32."""
        return self.score(self.tokenize(texts))

    def save(self, folder: Path) -> None:
        """Write the weights as HDF5 and as an ONNX graph, vocabulary and architecture as JSON.

        Raises ValueError if there is no Keras network.
        """
        from models.lstm.onnx_export import export

        if self._network is None:
            raise ValueError("only a trained network can be saved, not one loaded from ONNX")
        self._network.save_weights(folder / WEIGHTS)
        export(self._network, self._architecture.network, folder / ONNX_NETWORK)
        (folder / VOCABULARY).write_text(json.dumps(self._words), encoding="utf-8")
        architecture = self._architecture.model_dump_json()
        (folder / ARCHITECTURE).write_text(architecture, encoding="utf-8")


def encode_texts(
    texts: Sequence[str], words: dict[str, int], architecture: Architecture
) -> list[list[int]]:
    """Word ids of each text, not padded."""
    return [
        encode(split_words(text, architecture.normalisation), words, architecture.max_tokens)
        for text in texts
    ]
