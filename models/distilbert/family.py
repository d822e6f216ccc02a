"""Transformer family: any sequence-classification checkpoint, fine-tuned with transformers."""

import json
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.distilbert.checkpoints import SMALL_CHECKPOINT, resolve_checkpoint
from models.distilbert.options import DistilBertOptions
from models.distilbert.tokenization import TokenizedExamples, pad, tokenize
from models.family import Backend, Bootstrap, Examples, Monitor, Tokens
from models.inference.batches import CPU_TOKENS, NATIVE_TOKENS, score_by_length
from models.inference.onnx_session import open_session

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

    from models.distilbert.sentence_head import SentenceClassifier

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

_TOKENIZER = "tokenizer.json"
_ONNX = "network.onnx"
_INT8 = "network.int8.onnx"

Forward = Callable[[NDArray[np.int64], NDArray[np.int64]], FloatArray]

# Texts of each source that bootstrap trains on: five minutes on two cores, with bfloat16
# arithmetic and without.
_SOURCE_ROWS = {True: 3500, False: 1500}

logger = logging.getLogger(__name__)


class DistilBertClassifier:
    """Tokenises texts and has ``forward`` turn ids and mask, (n, t), into logits, (n, classes)."""

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
        return tokenize(texts, self._tokenizer)

    def score(self, tokens: Tokens[list[int]]) -> FloatArray:
        return score_by_length(
            tokens.read, self._batch_tokens, self._classes, lambda ids: self._forward(*pad(ids))
        )

    def logits(self, texts: Sequence[str]) -> FloatArray:
        return self.score(self.tokenize(texts))

    def save(self, folder: Path) -> None:
        from models.distilbert.onnx_export import export

        if self._network is None:
            raise ValueError("only a trained network can be saved, not one loaded from ONNX")
        self._network.config.update({"checkpoint": self.checkpoint})
        self._network.save_pretrained(folder)
        self._tokenizer.save(str(folder / _TOKENIZER))
        export(self._network, folder / _ONNX)


class DistilBert:
    name = "distilbert"
    summary = "A pre-trained transformer, fine-tuned"
    uses_gpu = True
    linear = False
    options = DistilBertOptions
    packages: tuple[str, ...] = ("torch", "transformers", "tokenizers")

    def bootstrap(self) -> Bootstrap:
        """The packaged checkpoint is named, so that setting up asks no model hub."""
        from models.distilbert.arithmetic import trains_in_bfloat16

        options = DistilBertOptions(
            checkpoint=SMALL_CHECKPOINT,
            learning_rate=1.2e-4,
            schedule="linear",
            batch_size=16,
            accumulation=1,
            epochs=2,
        )
        return Bootstrap(options, _SOURCE_ROWS[trains_in_bfloat16(options.precision)])

    def fit(
        self,
        train: Examples,
        validation: Examples,
        options: DistilBertOptions,
        seed: int,
        monitor: Monitor,
        work: Path,
    ) -> DistilBertClassifier:
        from transformers import AutoTokenizer, set_seed

        from models.distilbert.fine_tuning import fine_tune
        from models.distilbert.sentence_head import train_head

        set_seed(seed)
        source, checkpoint = resolve_checkpoint(options.checkpoint)
        logger.info("fine-tuning the checkpoint %s", checkpoint)
        pretrained = AutoTokenizer.from_pretrained(source)
        tokenizer = pretrained.backend_tokenizer
        tokenizer.enable_truncation(options.max_tokens)
        tokenizer.no_padding()
        rows = TokenizedExamples(tokenize(train.texts, tokenizer).read, train.targets)
        held_out = TokenizedExamples(tokenize(validation.texts, tokenizer).read, validation.targets)
        if options.trained == "head":
            checkpoint += "-head"
            network = train_head(source, rows, held_out, options, seed, monitor, work)
        else:
            network = fine_tune(source, rows, held_out, options, seed, monitor, work)
        return DistilBertClassifier(
            torch_forward(network), tokenizer, checkpoint, network.config.num_labels, network
        )

    def load(self, folder: Path, backend: Backend, threads: int) -> DistilBertClassifier:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
        if backend == "onnx":
            int8 = (folder / _INT8).exists()
            session = open_session(folder / (_INT8 if int8 else _ONNX), threads)
            checkpoint = json.loads((folder / "config.json").read_text())["checkpoint"]
            return DistilBertClassifier(
                lambda ids, mask: session.run(None, {"input_ids": ids, "attention_mask": mask})[0],
                tokenizer,
                checkpoint,
                session.get_outputs()[0].shape[1],
                # The largest value of a batch scales its 8-bit values: a stranger in it would move
                # the scores, and tweets one by one are as fast.
                batch_tokens=1 if int8 else CPU_TOKENS,
            )
        import torch
        from transformers import AutoModelForSequenceClassification

        from models.distilbert.sentence_head import HEAD, SentenceClassifier

        torch.set_num_threads(threads)
        network = (
            SentenceClassifier.from_pretrained(folder)
            if (folder / HEAD).exists()
            else AutoModelForSequenceClassification.from_pretrained(
                folder, local_files_only=True, use_safetensors=True
            )
        )
        return DistilBertClassifier(
            torch_forward(network),
            tokenizer,
            network.config.checkpoint,
            network.config.num_labels,
            network,
        )

    def quantize(self, folder: Path, texts: Sequence[str]) -> Path | None:
        from tokenizers import Tokenizer

        from models.inference.int8 import quantize

        tokens = tokenize(texts, Tokenizer.from_file(str(folder / _TOKENIZER)))
        padded = (pad([ids]) for ids in tokens.read)
        inputs = [{"input_ids": ids, "attention_mask": mask} for ids, mask in padded]
        return folder / _INT8 if quantize(folder / _ONNX, folder / _INT8, inputs) else None


def torch_forward(network: "PreTrainedModel | SentenceClassifier") -> Forward:
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
