"""The trained classifier of the transformer family."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.distilbert.tokenization import pad, tokenize
from models.family import Tokens
from models.inference.batches import NATIVE_TOKENS, score_by_length

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

    from models.distilbert.sentence_classifier import SentenceClassifier

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

TOKENIZER = "tokenizer.json"
ONNX_NETWORK = "network.onnx"
INT8_NETWORK = "network.int8.onnx"

Forward = Callable[[NDArray[np.int64], NDArray[np.int64]], FloatArray]
"""Token ids and attention mask, both (n, t), int64 → logits, shape (n, k), float32."""


class DistilBertClassifier:
    """A tokenizer and the forward pass of a network with ``classes`` outputs.

    ``network`` is the PyTorch module, None if the forward pass runs in ONNX Runtime. A batch
    holds up to ``batch_tokens`` tokens, padding included.
    """

    def __init__(
        self,
        forward: Forward,
        tokenizer: "Tokenizer",
        checkpoint: str,
        classes: int,
        network: "PreTrainedModel | SentenceClassifier | None" = None,
        batch_tokens: int = NATIVE_TOKENS,
    ) -> None:
        self.checkpoint = checkpoint
        self._classes = classes
        self._forward = forward
        self._tokenizer = tokenizer
        self._network = network
        self._batch_tokens = batch_tokens

    def tokenize(self, texts: Sequence[str]) -> Tokens[list[int]]:
        """Token ids of each text, not padded."""
        return tokenize(texts, self._tokenizer)

    def score(self, tokens: Tokens[list[int]]) -> FloatArray:
        """Logits, shape (n, k), float32."""
        return score_by_length(
            tokens.inputs, self._batch_tokens, self._classes, lambda ids: self._forward(*pad(ids))
        )

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """Logits of texts, shape (n, k), float32."""
        return self.score(self.tokenize(texts))

    def save(self, folder: Path) -> None:
        """Write configuration, safetensors, tokenizer and ONNX graph.

        Raises ValueError if there is no PyTorch network.
        """
        from models.distilbert.onnx_export import export

        if self._network is None:
            raise ValueError("only a trained network can be saved, not one loaded from ONNX")
        self._network.config.update({"checkpoint": self.checkpoint})
        self._network.save_pretrained(folder)
        self._tokenizer.save(str(folder / TOKENIZER))
        export(self._network, folder / ONNX_NETWORK)


def torch_forward(network: "PreTrainedModel | SentenceClassifier") -> Forward:
    """The forward pass of a PyTorch network, on the GPU if there is one."""
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = network.to(device).eval()

    def forward(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> FloatArray:
        with torch.inference_mode():
            logits = network(
                input_ids=torch.from_numpy(ids).to(device),
                attention_mask=torch.from_numpy(mask).to(device),
            ).logits
        return np.asarray(logits.float().cpu().numpy(), dtype=np.float32)

    return forward
