"""Training of a classification head on sentence embeddings that are computed once.

The encoder keeps its pre-trained weights. The training takes minutes on a CPU.
"""

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel

from models.arrays import FloatArray
from models.distilbert.arithmetic import trains_in_bfloat16
from models.distilbert.objectives import cross_entropy, validation_metrics
from models.distilbert.options import DistilBertOptions
from models.distilbert.sentence_classifier import SentenceClassifier
from models.distilbert.tokenization import TokenizedExamples, pad
from models.inference.batches import by_length
from models.resumable_array import fill_array

if TYPE_CHECKING:
    from models.family import Monitor

_LEARNING_RATE = 1e-3
_BATCH = 256
_EMBEDDING_BATCH = 64


def train_head(
    source: str,
    train: TokenizedExamples,
    validation: TokenizedExamples,
    options: DistilBertOptions,
    seed: int,
    monitor: "Monitor",
    work: Path,
) -> SentenceClassifier:
    """The encoder in folder ``source`` with the head of the least validation loss.

    ``work`` keeps the embeddings: an interrupted computation resumes there.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    classes = train.targets.shape[1]
    network = SentenceClassifier(
        AutoModel.from_pretrained(
            source, num_labels=classes, use_safetensors=True, trust_remote_code=False
        )
    )
    network.to(device)
    bfloat16 = trains_in_bfloat16(options.precision)

    report = partial(monitor.batch, 0)

    def embeddings(split: str, examples: TokenizedExamples) -> torch.Tensor:
        array = _embed(network, examples, work / f"{split}.npy", bfloat16, report)
        return torch.from_numpy(array).to(device)

    inputs, held_out = embeddings("train", train), embeddings("validation", validation)
    targets = torch.from_numpy(train.targets).to(device)
    held_out_targets = torch.from_numpy(validation.targets).to(device)
    optimizer = torch.optim.AdamW(network.head.parameters(), lr=_LEARNING_RATE)
    generator = torch.Generator().manual_seed(seed)
    best, best_weights, since_best = math.inf, network.head.state_dict(), 0
    for epoch in range(options.epochs):
        network.head.train()
        order = torch.randperm(len(inputs), generator=generator)
        for rows in torch.split(order, _BATCH):
            loss = cross_entropy({"logits": network.head(inputs[rows])}, targets[rows])
            torch.autograd.backward(loss)
            optimizer.step()
            optimizer.zero_grad()
        network.head.eval()
        with torch.inference_mode():
            logits = network.head(held_out).float()
        metrics = {
            "loss": float(cross_entropy({"logits": logits}, held_out_targets)),
            **validation_metrics((logits.cpu().numpy(), validation.targets)),
        }
        monitor.epoch(epoch, {f"val_{name}": value for name, value in metrics.items()})
        since_best += 1
        if metrics["loss"] < best:
            best, since_best = metrics["loss"], 0
            best_weights = {
                name: value.clone() for name, value in network.head.state_dict().items()
            }
        if since_best >= options.stopping_patience:
            break
    network.head.load_state_dict(best_weights)
    return network


def _embed(
    network: SentenceClassifier,
    examples: TokenizedExamples,
    path: Path,
    bfloat16: bool,
    report: Callable[[int, int], None],
) -> FloatArray:
    """Embeddings, shape (n, d), float32. ``path`` keeps them."""
    network.eval()
    device = network.device

    def embed(rows: NDArray[np.intp]) -> FloatArray:
        ids, mask = map(torch.from_numpy, pad([examples.ids[row] for row in rows]))
        with (
            torch.inference_mode(),
            torch.autocast(device.type, torch.bfloat16, enabled=bfloat16),
        ):
            return network.embed(ids.to(device), mask.to(device)).float().cpu().numpy()

    batches = list(by_length([len(ids) for ids in examples.ids], _EMBEDDING_BATCH))
    shape = (len(examples), network.config.hidden_size)
    return fill_array(path, shape, batches, embed, report)
