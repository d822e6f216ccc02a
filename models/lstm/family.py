"""LSTM family: word vectors under a recurrent or convolutional network, in Keras on TensorFlow."""

import json
import os
from pathlib import Path

from models.examples import Examples
from models.family import Backend, Bootstrap, Monitor
from models.inference.onnx_session import open_session
from models.lstm.classifier import (
    ARCHITECTURE,
    ONNX_NETWORK,
    VOCABULARY,
    WEIGHTS,
    LstmClassifier,
    encode_texts,
)
from models.lstm.network import Architecture, build, keras_forward
from models.lstm.options import LstmOptions
from models.lstm.tensorflow_import import import_tensorflow
from models.lstm.vocabulary import encode, split_words


class Lstm:
    """See ``models.family.Family``."""

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
        import_tensorflow()
        import keras

        from models.lstm.embedding import read_embedding
        from models.lstm.input_pipeline import EncodedExamples
        from models.lstm.training import dtype_policy, train_network

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
        # A copy with float32 layers under any dtype policy, and without the optimizer, whose state
        # would be saved with the weights.
        network = build(architecture)
        network.set_weights(trained.get_weights())
        return LstmClassifier(keras_forward(network), embedding.words, architecture, network)

    def load(self, folder: Path, backend: Backend, threads: int) -> LstmClassifier:
        architecture = Architecture.model_validate_json((folder / ARCHITECTURE).read_bytes())
        words = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
        if backend == "onnx":
            session = open_session(folder / ONNX_NETWORK, threads)
            return LstmClassifier(
                lambda ids: session.run(None, {"ids": ids})[0], words, architecture
            )
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(threads))
        network = build(architecture)
        network.load_weights(folder / WEIGHTS)
        return LstmClassifier(keras_forward(network), words, architecture, network)
