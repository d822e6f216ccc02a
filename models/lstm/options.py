"""Hyperparameters of the LSTM family."""

from typing import Literal

from pydantic import BaseModel, Field

from models.family import searched, searched_among
from models.lstm.network import NetworkName
from models.lstm.vocabulary import Normalisation


class LstmOptions(BaseModel):
    network: NetworkName = Field(
        "bilstm", description="two recurrent layers of a kind, or convolutions of 3 to 5 words"
    )
    embedding: str = Field(
        "packaged",
        description="packaged: those of spaCy's en_core_web_md; word2vec: learned from the "
        "training split; else the path of a file in the GloVe or word2vec format",
    )
    tuned: bool = Field(False, description="train the word vectors, too")
    normalisation: Normalisation = Field(
        "full", description="full: lemmas without stop words; words: every word as it is written"
    )
    units: int = Field(
        64,
        ge=2,
        description="units of (each direction of) the first layer, or filters of a width",
        json_schema_extra=searched(32, 256, log=True),
    )
    dropout: float = Field(
        0.3,
        ge=0,
        lt=1,
        description="dropout of word vectors and before the end",
        json_schema_extra=searched(0.1, 0.6),
    )
    learning_rate: float = Field(
        2e-3,
        gt=0,
        description="Adam's first learning rate",
        json_schema_extra=searched(3e-4, 1e-2, log=True),
    )
    schedule: Literal["plateau", "linear"] = Field(
        "plateau",
        json_schema_extra=searched_among("plateau", "linear"),
        description="plateau: halve the rate where validation stops improving; "
        "linear: down to zero at the end of the last epoch",
    )
    batch_size: int = Field(64, ge=1, description="tweets in a step")
    epochs: int = Field(12, ge=1, description="most passes over the training split")
    patience: int = Field(4, ge=1, description="epochs without progress before stopping")
    max_tokens: int = Field(64, ge=1, description="words read of a tweet")
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "float32",
        description="arithmetic of the training steps; auto: bfloat16 on a GPU that has it",
    )
