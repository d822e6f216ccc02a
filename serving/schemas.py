"""Requests and responses of the HTTP contract."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from models.confidence.doubt import Doubt

LONGEST_TEXT = 1000
"""Most characters of a text. The page takes its limit from here."""

_LONGEST_ID = 1000

Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT, strict=True),
]
# The path operation checks the name, and ``/docs.json`` lists the names of the served models.
ModelName = Annotated[
    str | None, Field(description="Who answers; the default model where none is named.")
]
Label = Literal["negative", "positive"]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, protected_namespaces=())


class PredictRequest(_Request):
    text: Text = Field(description=f"The tweet, 1 to {LONGEST_TEXT:,} characters after trimming.")
    explain: bool = Field(
        False,
        strict=True,
        description="Ask which words pulled which way. A model that is not linear scores up to 30 "
        "variants of the text for it.",
    )
    model: ModelName = None


class PredictBatchRequest(_Request):
    texts: Annotated[list[Text], Field(min_length=1, max_length=256)]
    model: ModelName = None


class FeedbackRequest(_Request):
    prediction_id: Annotated[
        str, StringConstraints(min_length=1, max_length=_LONGEST_ID, strict=True)
    ]
    correct: bool = Field(strict=True, description="Whether the label was right.")
    text: Text | None = Field(
        None, description="The tweet of that prediction; kept only with consent, and scrubbed."
    )
    consent: bool = Field(False, strict=True, description="Whether the text may be kept.")


class ModelReference(BaseModel):
    name: str = Field(description="The family.")
    version: str
    checkpoint: str = Field(description="The network that really answers.")


class TokenWeight(BaseModel):
    token: str = Field(description="A piece of the text as it was written.")
    weight: float = Field(
        description="What it adds to the log-odds of a positive against a negative reader: above 0 "
        "it pulls towards positive."
    )


class Readers(BaseModel):
    """Shares of readers who would call the tweet negative, neutral and positive."""

    negative: float
    neutral: float
    positive: float


class Prediction(BaseModel):
    prediction_id: str = Field(description="Names this prediction in feedback.")
    label: Label
    probability: float = Field(
        description="Calibrated probability of positive; a neutral reader counts as half."
    )
    confident: bool = Field(description="False where a person should look: `doubt` says why.")
    doubt: Doubt | None = Field(
        description="`band`: the promised precision is not reached. `empty`: no word is left after "
        "mentions, links and numbers. `unreadable`: the model does not know most of the tokens. "
        "`language`: the model does not read this language."
    )
    readers: Readers | None = Field(
        description="Shares of readers, which add up to 1: of ten readers, so many tenths would "
        "call the tweet negative, neutral, positive. Null for a model of two classes."
    )
    model: ModelReference
    explanation: list[TokenWeight] | None = Field(
        None, description="Where it was asked for: the text's tokens, in its order."
    )


class PredictBatchResponse(BaseModel):
    predictions: list[Prediction]


class FeedbackResponse(BaseModel):
    feedback_id: str
    status: Literal["recorded"] = "recorded"


class PromisedPrecision(BaseModel):
    """Promised precision of confident answers of each label; 0 if the model promises none."""

    negative: float
    positive: float


class ModelDescription(BaseModel):
    name: str
    version: str
    checkpoint: str
    threshold: float = Field(description="A probability from here on is labelled positive.")
    band: tuple[float, float] = Field(
        description="Probabilities from the first up to the second are in doubt. Where the second "
        "is 1 no positive is confident, where the first is 0 no negative is."
    )
    promised_precision: PromisedPrecision
    promised_share: float = Field(
        description="The precision holds where this share of the tweets, or more, has the label."
    )
    languages: tuple[str, ...] = Field(description="ISO 639-1 codes of what the model reads.")
    default: bool


class ErrorResponse(BaseModel):
    error: str
    detail: object = None
