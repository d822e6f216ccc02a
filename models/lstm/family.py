"""LSTM family: word vectors under a recurrent or convolutional network, in Keras on TensorFlow."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.arrays import FloatArray
from models.family import Backend, Bootstrap, Examples, Monitor, Tokens
from models.inference.batches import CPU_TOKENS, NATIVE_TOKENS, score_by_length
from models.inference.onnx_session import open_session
from models.lstm.network import Architecture, Forward, build, keras_forward
from models.lstm.options import LstmOptions
from models.lstm.vocabulary import UNKNOWN, encode, pad, split_words

if TYPE_CHECKING:
    import keras

_WEIGHTS = "network.weights.h5"
_ONNX = "network.onnx"
_VOCABULARY = "vocabulary.json"
_ARCHITECTURE = "architecture.json"


class LstmClassifier:
    """Encodes texts and has ``forward`` turn ids, shape (n, t), int32, into logits."""

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
        ids = encode_texts(texts, self._words, self._architecture)
        unknown = [row.count(UNKNOWN) / len(row) for row in ids]
        return Tokens(ids, np.array(unknown, dtype=np.float32))

    def score(self, tokens: Tokens[list[int]]) -> FloatArray:
        return score_by_length(
            tokens.read,
            self._batch_tokens,
            self._architecture.classes,
            lambda ids: self._forward(pad(ids)),
        )

    def logits(self, texts: Sequence[str]) -> FloatArray:
        return self.score(self.tokenize(texts))

    def save(self, folder: Path) -> None:
        from models.lstm.onnx_export import export

        if self._network is None:
            raise ValueError("only a trained network can be saved, not one loaded from ONNX")
        self._network.save_weights(folder / _WEIGHTS)
        export(self._network, self._architecture.network, folder / _ONNX)
        (folder / _VOCABULARY).write_text(json.dumps(self._words), encoding="utf-8")
        architecture = self._architecture.model_dump_json()
        (folder / _ARCHITECTURE).write_text(architecture, encoding="utf-8")


class Lstm:
    name = "lstm"
    summary = "Recurrent or convolutional network on word vectors, at first two bidirectional LSTMs"
    uses_gpu = True
    linear = False
    options = LstmOptions
    packages: tuple[str, ...] = ("tensorflow",)

    def bootstrap(self) -> Bootstrap:
        return Bootstrap(LstmOptions())

    def fit(
        self,
        train: Examples,
        validation: Examples,
        options: LstmOptions,
        seed: int,
        monitor: Monitor,
        work: Path,
    ) -> LstmClassifier:
        import keras

        from models.lstm.embedding import read_embedding
        from models.lstm.training import EncodedExamples, dtype_policy, train_network

        keras.utils.set_random_seed(seed)
        tweets = [split_words(text, options.normalisation) for text in train.texts]
        embedding = read_embedding(options.embedding, tweets, options.tuned, seed)
        rows, dimensions = embedding.vectors.shape
        architecture = Architecture(
            checkpoint=f"{options.network.replace('_', '-')}-{embedding.name}-{dimensions}d",
            rows=rows,
            dimensions=dimensions,
            classes=train.targets.shape[1],
            **options.model_dump(
                include={"network", "normalisation", "tuned", "units", "dropout", "max_tokens"}
            ),
        )
        trained = build(architecture, dtype_policy(options.precision))
        trained.get_layer("word_vectors").set_weights([embedding.vectors])
        train_network(
            trained,
            EncodedExamples(
                [encode(words, embedding.words, options.max_tokens) for words in tweets],
                train.targets,
            ),
            EncodedExamples(
                encode_texts(validation.texts, embedding.words, architecture),
                validation.targets,
            ),
            options,
            seed,
            monitor,
            work,
        )
        # Without the optimiser, which would be saved too, and in float32 whatever trained it.
        network = build(architecture)
        network.set_weights(trained.get_weights())
        return LstmClassifier(keras_forward(network), embedding.words, architecture, network)

    def load(self, folder: Path, backend: Backend, threads: int) -> LstmClassifier:
        architecture = Architecture.model_validate_json((folder / _ARCHITECTURE).read_bytes())
        words = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
        if backend == "onnx":
            session = open_session(folder / _ONNX, threads)
            return LstmClassifier(
                lambda ids: session.run(None, {"ids": ids})[0], words, architecture
            )
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(threads))
        network = build(architecture)
        network.load_weights(folder / _WEIGHTS)
        return LstmClassifier(keras_forward(network), words, architecture, network)


def encode_texts(
    texts: Sequence[str], words: dict[str, int], architecture: Architecture
) -> list[list[int]]:
    """Word ids of each text, not padded."""
    return [
        encode(split_words(text, architecture.normalisation), words, architecture.max_tokens)
        for text in texts
    ]
