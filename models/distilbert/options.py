"""Hyperparameters of the transformer family."""

from typing import Literal

from pydantic import BaseModel, Field

from models.distilbert.checkpoints import HUB_CHECKPOINT, PACKAGED, SMALL_CHECKPOINT
from models.search_ranges import searched, searched_among


class DistilBertOptions(BaseModel):
    """Every field is an option of the command line."""

    checkpoint: str = Field(
        "auto",
        description=f"hub name or folder, {' or '.join(PACKAGED)} from packages; auto: "
        f"{HUB_CHECKPOINT} where the hub answers, else the packaged {SMALL_CHECKPOINT}",
    )
    trained: Literal["all", "head"] = Field(
        "all", description="all weights, or the head alone, on embeddings that are computed once"
    )
    learning_rate: float = Field(
        2e-5,
        gt=0,
        description="initial learning rate; of the linear schedule: the peak",
        json_schema_extra=searched(1e-5, 2e-4, log=True),
    )
    schedule: Literal["plateau", "linear"] = Field(
        "plateau",
        json_schema_extra=searched_among("plateau", "linear"),
        description="plateau: lower the rate when the validation loss stops falling; "
        "linear: warm up for a tenth of the steps, then fall to zero",
    )
    batch_size: int = Field(
        8,
        ge=1,
        description="tweets in a forward pass",
        json_schema_extra=searched_among(8, 16, 32),
    )
    accumulation: int = Field(2, ge=1, description="forward passes in a step")
    epochs: int = Field(20, ge=1, description="maximum of passes over the training split")
    evaluations: int = Field(1, ge=1, description="evaluations, and checkpoints, in an epoch")
    plateau_patience: int = Field(
        2, ge=0, description="evaluations without progress before the rate is lowered"
    )
    plateau_factor: float = Field(0.2, gt=0, lt=1, description="factor that lowers the rate")
    lowest_learning_rate: float = Field(1e-6, ge=0, description="floor of the plateau schedule")
    stopping_patience: int = Field(
        7, ge=1, description="evaluations without progress before the training ends"
    )
    max_tokens: int = Field(128, ge=8, le=512, description="longer tweets are truncated")
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto",
        description="arithmetic of the training steps; auto: bfloat16 where the processor has it",
    )
