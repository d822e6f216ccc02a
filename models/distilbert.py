"""Transformer family: any sequence-classification checkpoint, fine-tuned with transformers."""

import json
import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from models.batches import score_by_length
from models.checkpoints import HUB_CHECKPOINT, PACKAGED_CHECKPOINT, resolve_checkpoint
from models.family import Backend, Examples, Monitor
from models.onnx_session import open_session
from models.scorer import FloatArray
from models.text import normalize_light

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel, TrainerCallback

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

_TOKENIZER = "tokenizer.json"
_ONNX = "network.onnx"
_SCORING_BATCH = 32

Forward = Callable[[NDArray[np.int64], NDArray[np.int64]], FloatArray]

logger = logging.getLogger(__name__)


class DistilBertOptions(BaseModel):
    checkpoint: str = Field(
        "auto",
        description=f"hub name or folder; auto: {HUB_CHECKPOINT} where the hub answers, "
        f"else the packaged {PACKAGED_CHECKPOINT}",
    )
    learning_rate: float = Field(
        1e-4, gt=0, description="highest learning rate, reached by warm-up"
    )
    batch_size: int = Field(16, ge=1, description="tweets in a step")
    epochs: int = Field(3, ge=1, description="passes over the training split")
    max_tokens: int = Field(96, ge=8, le=512, description="tokens read of a tweet")


class DistilBertClassifier:
    """Tokenises texts and has ``forward`` turn ids and mask, (n, t), into log-odds, (n,)."""

    def __init__(
        self,
        forward: Forward,
        tokenizer: "Tokenizer",
        checkpoint: str,
        network: "PreTrainedModel | None" = None,
    ) -> None:
        self.checkpoint = checkpoint
        self._forward = forward
        self._tokenizer = tokenizer
        self._network = network

    def log_odds(self, texts: Sequence[str]) -> FloatArray:
        return score_by_length(
            tokenize(texts, self._tokenizer), _SCORING_BATCH, lambda ids: self._forward(*pad(ids))
        )

    def save(self, folder: Path) -> None:
        from models.distilbert_onnx import export

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
    options = DistilBertOptions

    def fit(
        self,
        train: Examples,
        validation: Examples,
        options: DistilBertOptions,
        seed: int,
        monitor: Monitor,
    ) -> DistilBertClassifier:
        from transformers import (
            AutoModelForSequenceClassification,
            AutoTokenizer,
            DataCollatorWithPadding,
            PrinterCallback,
            Trainer,
            TrainingArguments,
            set_seed,
        )

        set_seed(seed)
        source, checkpoint = resolve_checkpoint(options.checkpoint)
        logger.info("fine-tuning the checkpoint %s", checkpoint)
        pretrained = AutoTokenizer.from_pretrained(source)
        tokenizer = pretrained.backend_tokenizer
        tokenizer.enable_truncation(options.max_tokens)
        tokenizer.no_padding()
        network = AutoModelForSequenceClassification.from_pretrained(
            source, num_labels=2, ignore_mismatched_sizes=True, use_safetensors=True
        )

        def rows(examples: Examples) -> list[dict[str, Any]]:
            ids = tokenize(examples.texts, tokenizer)
            return [
                {"input_ids": tokens, "labels": int(label)}
                for tokens, label in zip(ids, examples.labels, strict=True)
            ]

        with tempfile.TemporaryDirectory(prefix="fine-tuning-") as folder:
            trainer = Trainer(
                model=network,
                args=TrainingArguments(
                    output_dir=folder,
                    num_train_epochs=options.epochs,
                    per_device_train_batch_size=options.batch_size,
                    per_device_eval_batch_size=64,
                    learning_rate=options.learning_rate,
                    warmup_steps=0.1,
                    weight_decay=0.01,
                    train_sampling_strategy="group_by_length",
                    eval_strategy="epoch",
                    save_strategy="epoch",
                    save_total_limit=1,
                    load_best_model_at_end=True,
                    metric_for_best_model="precision_at_recall_80",
                    logging_strategy="epoch",
                    report_to=[],
                    disable_tqdm=True,
                    dataloader_pin_memory=False,
                    seed=seed,
                ),
                train_dataset=rows(train),
                eval_dataset=rows(validation),
                data_collator=DataCollatorWithPadding(pretrained),
                compute_metrics=_validation_metrics,
                callbacks=[_monitoring(monitor)],
            )
            trainer.remove_callback(PrinterCallback)
            trainer.train()
        return DistilBertClassifier(_torch_forward(network), tokenizer, checkpoint, network)

    def load(self, folder: Path, backend: Backend, threads: int) -> DistilBertClassifier:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
        if backend == "onnx":
            session = open_session(folder / _ONNX, threads)
            checkpoint = json.loads((folder / "config.json").read_text())["checkpoint"]
            return DistilBertClassifier(
                lambda ids, mask: session.run(None, {"input_ids": ids, "attention_mask": mask})[0],
                tokenizer,
                checkpoint,
            )
        import torch
        from transformers import AutoModelForSequenceClassification

        torch.set_num_threads(threads)
        network = AutoModelForSequenceClassification.from_pretrained(
            folder, local_files_only=True, use_safetensors=True
        )
        return DistilBertClassifier(
            _torch_forward(network), tokenizer, network.config.checkpoint, network
        )


def tokenize(texts: Sequence[str], tokenizer: "Tokenizer") -> list[list[int]]:
    """Token ids of the lightly normalised texts, one list each, not padded."""
    encoded = tokenizer.encode_batch([normalize_light(text) for text in texts])
    return [encoding.ids for encoding in encoded]


def pad(ids: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ids padded at the end to the longest, and the mask of what is not padding, (n, longest)."""
    padded = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
    mask = np.zeros_like(padded)
    for row, row_mask, sequence in zip(padded, mask, ids, strict=True):
        row[: len(sequence)] = sequence
        row_mask[: len(sequence)] = 1
    return padded, mask


def _torch_forward(network: "PreTrainedModel") -> Forward:
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = network.to(device).eval()

    def forward(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> FloatArray:
        with torch.inference_mode():
            logits = network(
                input_ids=torch.from_numpy(ids).to(device),
                attention_mask=torch.from_numpy(mask).to(device),
            ).logits
        values = logits.float().cpu().numpy()
        return np.asarray(values[:, 1] - values[:, 0], dtype=np.float32)

    return forward


def _validation_metrics(prediction: tuple[FloatArray, NDArray[np.int64]]) -> dict[str, float]:
    from sklearn.metrics import precision_recall_curve, roc_auc_score

    logits, labels = prediction
    log_odds = logits[:, 1] - logits[:, 0]
    precision, recall, _ = precision_recall_curve(labels, log_odds)
    return {
        "roc_auc": float(roc_auc_score(labels, log_odds)),
        "precision_at_recall_80": float(precision[recall >= 0.80].max()),
    }


def _monitoring(monitor: Monitor) -> "TrainerCallback":
    from transformers import TrainerCallback

    class Monitoring(TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            steps = state.max_steps // int(args.num_train_epochs)
            epoch, done = divmod(state.global_step - 1, steps)
            monitor.batch(epoch, done + 1, steps)

        def on_evaluate(
            self, args: Any, state: Any, control: Any, metrics: dict[str, float], **_: Any
        ) -> None:
            wanted = {
                f"val_{name.removeprefix('eval_')}": value
                for name, value in metrics.items()
                if name in ("eval_loss", "eval_roc_auc", "eval_precision_at_recall_80")
            }
            monitor.epoch(round(state.epoch or 0) - 1, wanted)

    return Monitoring()
