"""Fine-tuning of all weights of a transformer by the Trainer of transformers."""

from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    EarlyStoppingCallback,
    PreTrainedModel,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)
from transformers.trainer_utils import get_last_checkpoint

from models.distilbert.arithmetic import trains_in_bfloat16
from models.distilbert.objectives import cross_entropy, validation_metrics
from models.distilbert.options import DistilBertOptions
from models.distilbert.tokenization import TokenizedExamples
from models.family import Interrupted, Monitor


def fine_tune(
    source: str,
    train: TokenizedExamples,
    validation: TokenizedExamples,
    options: DistilBertOptions,
    seed: int,
    monitor: Monitor,
    work: Path,
) -> PreTrainedModel:
    """The network in folder ``source``, fine-tuned to the least validation loss.

    Training resumes from the last checkpoint in ``work``. Raises ``Interrupted`` after it has saved
    a checkpoint there.
    """
    network = AutoModelForSequenceClassification.from_pretrained(
        source,
        num_labels=train.targets.shape[1],
        ignore_mismatched_sizes=True,
        use_safetensors=True,
        trust_remote_code=False,
    )
    steps = -(-len(train) // (options.batch_size * options.accumulation))
    interval = max(1, steps // options.evaluations)
    monitoring = _MonitorCallback(monitor, steps, interval)
    trainer = Trainer(
        model=network,
        args=TrainingArguments(
            output_dir=str(work),
            num_train_epochs=options.epochs,
            per_device_train_batch_size=options.batch_size,
            gradient_accumulation_steps=options.accumulation,
            per_device_eval_batch_size=64,
            learning_rate=options.learning_rate,
            **_schedule(options),
            weight_decay=0.01,
            train_sampling_strategy="group_by_length",
            eval_strategy="steps",
            eval_steps=interval,
            save_strategy="steps",
            save_steps=interval,
            save_total_limit=1,
            load_best_model_at_end=True,
            metric_for_best_model="loss",
            greater_is_better=False,
            logging_strategy="no",
            report_to=[],
            disable_tqdm=True,
            dataloader_pin_memory=False,
            use_cpu=not torch.cuda.is_available(),
            bf16=trains_in_bfloat16(options.precision),
            seed=seed,
        ),
        train_dataset=_rows(train),
        eval_dataset=_rows(validation),
        data_collator=DataCollatorWithPadding(
            AutoTokenizer.from_pretrained(source, trust_remote_code=False)
        ),
        compute_loss_func=cross_entropy,
        compute_metrics=validation_metrics,
        callbacks=[monitoring, EarlyStoppingCallback(options.stopping_patience)],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(work)))
    if monitoring.interrupted:
        raise Interrupted
    # The accelerator's wrapper would compute in bfloat16 after a training in bfloat16.
    trained: PreTrainedModel = trainer.accelerator.unwrap_model(network, keep_fp32_wrapper=False)
    return trained


def _schedule(options: DistilBertOptions) -> dict[str, Any]:
    if options.schedule == "linear":
        return {"lr_scheduler_type": "linear", "warmup_steps": 0.1}
    return {
        "lr_scheduler_type": "reduce_lr_on_plateau",
        "lr_scheduler_kwargs": {
            "mode": "min",
            "patience": options.plateau_patience,
            "factor": options.plateau_factor,
            "min_lr": options.lowest_learning_rate,
        },
    }


def _rows(examples: TokenizedExamples) -> list[dict[str, Any]]:
    return [
        {"input_ids": ids, "labels": shares}
        for ids, shares in zip(examples.ids, examples.targets.tolist(), strict=True)
    ]


class _MonitorCallback(TrainerCallback):  # type: ignore[misc]
    def __init__(self, monitor: Monitor, steps: int, interval: int) -> None:
        self.interrupted = False
        self._monitor = monitor
        self._steps = steps
        self._interval = interval

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        epoch, done = divmod(state.global_step - 1, self._steps)
        try:
            self._monitor.batch(epoch, done + 1, self._steps)
        except Interrupted:
            self.interrupted = True
            control.should_save = True
            control.should_training_stop = True

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: dict[str, float], **_: Any
    ) -> None:
        reported = {
            f"val_{name.removeprefix('eval_')}": value
            for name, value in metrics.items()
            if name in ("eval_loss", "eval_roc_auc", "eval_precision_at_recall_80")
        }
        self._monitor.epoch(state.global_step // self._interval - 1, reported)
