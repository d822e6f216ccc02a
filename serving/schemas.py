"""Requests and responses of the HTTP contract."""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from models.confidence.doubt import Doubt
from models.text.length import LONGEST_TEXT

MOST_TEXTS = 256
"""Most texts of a request."""

_LONGEST_ID = 1000
# The unknown fields of a mistaken client are named. A flood of them is refused at once.
_MOST_FIELDS = 64

# A character that trimming leaves: not of Unicode's property White_Space.
_VISIBLE = r"[^\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"

Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT, strict=True),
    Field(json_schema_extra={"pattern": _VISIBLE}),
]
# The path operation checks the name, and ``/docs.json`` lists the names of the served models.
ModelName = Annotated[
    str | None,
    Field(description="Family of the model that answers; the default model if it is omitted."),
]
Label = Literal["negative", "positive"]


class RequestModel(BaseModel):
    """A JSON object of a request, without unknown fields."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _few_fields(cls, body: object) -> object:
        # pydantic makes an error of each unknown field: 90,000 errors of 1 MiB take 0.3 s.
        if isinstance(body, dict) and len(body) > _MOST_FIELDS:
            raise PydanticCustomError(
                "too_many_fields", "{count} fields are too many", {"count": len(body)}
            )
        return body


class PredictRequest(RequestModel):
    text: Text = Field(description=f"The tweet, 1 to {LONGEST_TEXT:,} characters after trimming.")
    explain: bool = Field(
        False,
        strict=True,
        description="Ask for the weight of each word. A model that is not linear scores up to 30 "
        "variants of the text for the weights.",
    )
    model: ModelName = None


class PredictBatchRequest(RequestModel):
    texts: Annotated[list[Text], Field(min_length=1, max_length=MOST_TEXTS)]
    model: ModelName = None
    # The path operation checks the name, and ``/docs.json`` lists the names of the setting.
    source: str | None = Field(
        None,
        description="Source of the texts. The service counts the texts as mentions of this source, "
        "and stores nothing. Without a source, the texts are no mentions.",
    )


class ModelsRequest(RequestModel):
    """Nothing: BentoML's clients send an empty object."""


class FeedbackRequest(RequestModel):
    prediction_id: Annotated[
        str, StringConstraints(min_length=1, max_length=_LONGEST_ID, strict=True)
    ]
    correct: bool = Field(strict=True, description="Whether the label is right.")
    text: Text | None = Field(
        None, description="The tweet of that prediction; kept only with consent, and scrubbed."
    )
    consent: bool = Field(False, strict=True, description="Whether the text may be kept.")


class ModelReference(BaseModel):
    name: str = Field(description="The family.")
    version: str
    checkpoint: str = Field(description="The network or pipeline that answers.")


class TokenWeight(BaseModel):
    token: str = Field(description="A piece of the text, unchanged.")
    weight: float = Field(
        description="Contribution of the token to the log-odds of a positive against a negative "
        "reader. A weight above 0 speaks for positive."
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
    confident: bool = Field(
        description="False if a person should check the answer: `doubt` gives the reason."
    )
    doubt: Doubt | None = Field(
        description="`band`: the promised precision is not reached. `empty`: no word is left after "
        "mentions, links and numbers. `unreadable`: the model does not know most of the tokens. "
        "`language`: the model does not read this language."
    )
    readers: Readers | None = Field(
        description="Expected shares of readers who call the tweet negative, neutral and positive. "
        "The shares add up to 1. Null for a model of two classes."
    )
    model: ModelReference
    explanation: list[TokenWeight] | None = Field(
        None,
        description="The text's tokens in their order, if the request asks for an explanation.",
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
    threshold: float = Field(description="Lowest probability that is labelled positive.")
    # Generators of clients do not know the arrays of OpenAPI whose items differ.
    band: Annotated[
        tuple[float, float],
        WithJsonSchema(
            {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        ),
    ] = Field(
        description="Probabilities from the first value up to the second are in doubt. No positive "
        "is confident if the second value is 1, no negative if the first value is 0."
    )
    promised_precision: PromisedPrecision
    promised_share: float = Field(
        description="The precision holds if this share of the tweets, or more, has the label."
    )
    languages: tuple[str, ...] = Field(
        description="ISO 639-1 codes of the languages that the model reads."
    )
    default: bool


class ErrorResponse(BaseModel):
    error: str
    detail: object = None


Review = Literal["keep", "drop"]
"""A person's decision about a label: retraining may learn the label, or must not."""


class ReviewRequest(RequestModel):
    review: Review = Field(description="keep: retraining may learn the label; drop: it must not.")


class Reviewed(BaseModel):
    id: str = Field(description="Id of the feedback.")
    review: Review
