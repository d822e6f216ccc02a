"""Requests and responses of the HTTP contract."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, create_model
from pydantic.json_schema import WithJsonSchema

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, strict=True)
]
Label = Literal["negative", "positive"]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, protected_namespaces=())


class PredictBase(_Request):
    text: Text = Field(description="The tweet, 1 to 1,000 characters after trimming.")
    explain: bool = Field(
        False,
        strict=True,
        description="Ask which words pulled which way. A model that is not linear scores up to 30 "
        "variants of the text for it.",
    )
    model: str | None = None


class PredictBatchBase(_Request):
    texts: Annotated[list[Text], Field(min_length=1, max_length=256)]
    model: str | None = None


class FeedbackRequest(_Request):
    prediction_id: Annotated[str, StringConstraints(min_length=1, max_length=1000, strict=True)]
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
        description="What it adds to the log-odds of positive: above 0 it pulls that way."
    )


class Prediction(BaseModel):
    prediction_id: str = Field(description="Names this prediction in feedback.")
    label: Label
    probability: float = Field(description="Calibrated probability of positive.")
    confident: bool = Field(description="False where a person should look.")
    model: ModelReference
    explanation: list[TokenWeight] | None = Field(
        None, description="Where it was asked for: the text's tokens, in its order."
    )


class PredictBatchResponse(BaseModel):
    predictions: list[Prediction]


class FeedbackResponse(BaseModel):
    feedback_id: str
    status: Literal["recorded"] = "recorded"


class ModelDescription(BaseModel):
    name: str
    version: str
    checkpoint: str
    threshold: float
    band: tuple[float, float]
    default: bool


class ErrorResponse(BaseModel):
    error: str
    detail: object = None


def predict_requests(
    names: Sequence[str],
) -> tuple[type[PredictBase], type[PredictBatchBase]]:
    """Request schemas whose ``model`` is one of ``names``, the families that run."""

    def is_served(name: str) -> str:
        if name not in names:
            raise ValueError(f"choose one of {', '.join(names)}")
        return name

    served = (
        Annotated[
            str,
            AfterValidator(is_served),
            WithJsonSchema({"type": "string", "enum": list(names)}),
        ]
        | None
    )
    field = Field(None, description="Who answers; the default model where none is named.")
    return (
        create_model("PredictRequest", __base__=PredictBase, model=(served, field)),
        create_model("PredictBatchRequest", __base__=PredictBatchBase, model=(served, field)),
    )
