"""Transformer family: a pre-trained checkpoint, fine-tuned for sequence classification."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from models.distilbert.checkpoints import SMALL_CHECKPOINT, resolve_checkpoint
from models.distilbert.classifier import (
    INT8_NETWORK,
    ONNX_NETWORK,
    TOKENIZER,
    DistilBertClassifier,
    torch_forward,
)
from models.distilbert.options import DistilBertOptions
from models.distilbert.tokenization import TokenizedExamples, pad, tokenize
from models.examples import Examples
from models.family import Backend, Bootstrap, Monitor
from models.inference.batches import CPU_TOKENS
from models.inference.onnx_session import open_session

# Texts from each source for the bootstrap, with bfloat16 arithmetic and without: about five minutes
# of training on two cores.
_SOURCE_ROWS = {True: 3500, False: 1500}

logger = logging.getLogger(__name__)


class DistilBert:
    """See ``models.family.Family``."""

    name = "distilbert"
    summary = "A pre-trained transformer, fine-tuned"
    uses_gpu = True
    linear = False
    options = DistilBertOptions
    packages: tuple[str, ...] = ("torch", "transformers", "tokenizers")

    def bootstrap(self) -> Bootstrap:
        """The checkpoint is a packaged one, so that no hub is needed."""
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
        from models.distilbert.head_training import train_head

        set_seed(seed)
        source, checkpoint = resolve_checkpoint(options.checkpoint)
        logger.info("fine-tuning the checkpoint %s", checkpoint)
        pretrained = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
        tokenizer = pretrained.backend_tokenizer
        tokenizer.enable_truncation(options.max_tokens)
        tokenizer.no_padding()
        rows = TokenizedExamples(tokenize(train.texts, tokenizer).inputs, train.targets)
        held_out = TokenizedExamples(
            tokenize(validation.texts, tokenizer).inputs, validation.targets
        )
        if options.trained == "head":
            checkpoint += "-head"
            network = train_head(source, rows, held_out, options, seed, monitor, work)
        else:
            network = fine_tune(source, rows, held_out, options, seed, monitor, work)
        return DistilBertClassifier(
            torch_forward(network), tokenizer, checkpoint, network.config.num_labels, network
        )

    def load(self, folder: Path, backend: Backend, threads: int) -> DistilBertClassifier:
        if backend == "onnx":
            return self._load_onnx(folder, threads)
        import torch
        from tokenizers import Tokenizer
        from transformers import AutoModelForSequenceClassification

        from models.distilbert.sentence_classifier import HEAD, SentenceClassifier

        torch.set_num_threads(threads)
        network = (
            SentenceClassifier.from_pretrained(folder)
            if (folder / HEAD).exists()
            else AutoModelForSequenceClassification.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
            )
        )
        return DistilBertClassifier(
            torch_forward(network),
            Tokenizer.from_file(str(folder / TOKENIZER)),
            network.config.checkpoint,
            network.config.num_labels,
            network,
        )

    def _load_onnx(self, folder: Path, threads: int) -> DistilBertClassifier:
        """The quantized graph if there is one, else the float32 graph."""
        from tokenizers import Tokenizer

        int8 = (folder / INT8_NETWORK).exists()
        session = open_session(folder / (INT8_NETWORK if int8 else ONNX_NETWORK), threads)
        return DistilBertClassifier(
            lambda ids, mask: session.run(None, {"input_ids": ids, "attention_mask": mask})[0],
            Tokenizer.from_file(str(folder / TOKENIZER)),
            json.loads((folder / "config.json").read_text())["checkpoint"],
            session.get_outputs()[0].shape[1],
            # The largest value of a batch sets the scale of its 8-bit values, so that the texts of
            # a batch would change each other's scores. Texts one by one are as fast.
            batch_tokens=1 if int8 else CPU_TOKENS,
        )

    def quantize(self, folder: Path, texts: Sequence[str]) -> Path | None:
        from tokenizers import Tokenizer

        from models.inference.int8 import quantize

        tokens = tokenize(texts, Tokenizer.from_file(str(folder / TOKENIZER)))
        padded = (pad([ids]) for ids in tokens.inputs)
        inputs = [{"input_ids": ids, "attention_mask": mask} for ids, mask in padded]
        target = folder / INT8_NETWORK
        return target if quantize(folder / ONNX_NETWORK, target, inputs) else None
