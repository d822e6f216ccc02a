"""Small networks of random weights."""

import numpy as np
import pytest

from models.distilbert.classifier import DistilBertClassifier
from models.lstm.classifier import LstmClassifier
from models.lstm.network import NetworkName

# Keras 3 converts TensorFlow's variables in a way that NumPy 2 deprecates.
ignore_keras_numpy_warning = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)


def random_lstm(name: NetworkName, classes: int = 3) -> LstmClassifier:
    """A recurrent or convolutional network with a vocabulary of ten words."""
    from models.lstm.network import Architecture, build, keras_forward

    words = ["crew", "seat", "flight", "bag", "love", "hate", "not", "late", "thank", "user"]
    architecture = Architecture(
        network=name,
        checkpoint=f"random-{name}",
        rows=len(words) + 2,
        dimensions=8,
        units=6,
        dropout=0.3,
        max_tokens=24,
        classes=classes,
    )
    network = build(architecture)
    generator = np.random.default_rng(3)
    # Keras initialises the biases of three gates in four alike: exchanged gates would go unseen.
    network.set_weights([generator.normal(0, 0.6, array.shape) for array in network.get_weights()])
    rows = {word: row for row, word in enumerate(words, start=2)}
    return LstmClassifier(keras_forward(network), rows, architecture, network)


def random_transformer(*, head: bool = False) -> DistilBertClassifier:
    """A transformer of two layers with the packaged checkpoint's tokeniser.

    With ``head``, a classifier on sentence embeddings stands on the layers.
    """
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, BertModel

    from models.distilbert.checkpoints import resolve_checkpoint
    from models.distilbert.classifier import torch_forward
    from models.distilbert.sentence_classifier import SentenceClassifier

    source, _ = resolve_checkpoint("all-MiniLM-L6-v2")
    tokenizer = AutoTokenizer.from_pretrained(source).backend_tokenizer
    tokenizer.enable_truncation(48)
    tokenizer.no_padding()
    torch.manual_seed(3)
    # With the usual initial weights, which are small, all texts would score alike.
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.3,
        num_labels=3,
    )
    network = (
        SentenceClassifier(BertModel(config)) if head else BertForSequenceClassification(config)
    )
    name = "random-bert-head" if head else "random-bert"
    return DistilBertClassifier(torch_forward(network), tokenizer, name, 3, network)
