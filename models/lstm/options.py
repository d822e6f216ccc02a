"""Hyperparameters of the LSTM family."""

from typing import Literal

from pydantic import BaseModel, Field

from models.lstm.network import NetworkName
from models.lstm.vocabulary import Normalisation
from models.search_ranges import searched, searched_among


class LstmOptions(BaseModel):
    """Every field is an option of the command line."""

    network: NetworkName = Field(
        "bilstm", description="two recurrent layers of a kind, or convolutions over 3 to 5 words"
    )
    embedding: str = Field(
        "packaged",
        description="word vectors; packaged: spaCy's en_core_web_md; word2vec: learned from the "
        "training split; else the path of a file in the GloVe or word2vec format",
    )
    tuned: bool = Field(False, description="train the word vectors too")
    normalisation: Normalisation = Field(
        "full", description="full: lemmas without stop words; words: every word, inflected"
    )
    units: int = Field(
        64,
        ge=2,
        description="units of each direction of the first layer, or filters of each width",
        json_schema_extra=searched(32, 256, log=True),
    )
    dropout: float = Field(
        0.3,
        ge=0,
        lt=1,
        description="dropout of the word vectors, and before the last layer",
        json_schema_extra=searched(0.1, 0.6),
    )
    learning_rate: float = Field(
        2e-3,
        gt=0,
        description="Adam's initial learning rate",
        json_schema_extra=searched(3e-4, 1e-2, log=True),
    )
    schedule: Literal["plateau", "linear"] = Field(
        "plateau",
        json_schema_extra=searched_among("plateau", "linear"),
        description="plateau: halve the rate when the validation loss stops falling; "
        "linear: fall to zero by the end of the last epoch",
    )
    batch_size: int = Field(64, ge=1, description="tweets in a step")
    epochs: int = Field(12, ge=1, description="maximum of passes over the training split")
    patience: int = Field(4, ge=1, description="epochs without progress before stopping")
    max_tokens: int = Field(64, ge=1, description="longer tweets are truncated")
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "float32",
        description="arithmetic of the training steps; auto: bfloat16 where the GPU has it",
    )
