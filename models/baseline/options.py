"""Hyperparameters of the baseline family."""

from typing import Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from models.baseline.vectorizer import Features
from models.search_ranges import searched, searched_among


class BaselineOptions(BaseModel):
    """Every field is an option of the command line."""

    classifier: Literal["logistic_regression", "naive_bayes", "linear_svm"] = Field(
        "logistic_regression", description="linear classifier; naive Bayes is multinomial"
    )
    features: Features = Field(
        "tf_idf",
        description="value of an n-gram; counts: number of its occurrences",
        json_schema_extra=searched_among("tf_idf", "counts"),
    )
    normalisation: Literal["full", "words"] = Field(
        "full",
        description="text of the word n-grams; full: lemmas without stop words; "
        "words: all words and signs, lower-cased",
        json_schema_extra=searched_among("full", "words"),
    )
    word_ngrams: int = Field(
        2, ge=0, description="longest word n-gram, 0: none", json_schema_extra=searched(1, 3)
    )
    character_ngrams: int = Field(
        5,
        ge=0,
        description="longest character n-gram, the shortest is 2; 0: none",
        json_schema_extra=searched(3, 6),
    )
    min_df: int = Field(
        2,
        ge=1,
        description="least number of tweets with an n-gram",
        json_schema_extra=searched(1, 10, log=True),
    )
    max_features: int | None = Field(
        None, ge=1, description="most frequent n-grams of each kind to keep; default: all"
    )
    c: float = Field(
        2.0,
        gt=0,
        description="inverse strength of the L2 penalty; a linear SVM needs less, such as 0.2",
        json_schema_extra=searched(0.05, 20, log=True),
    )
    alpha: float = Field(1.0, gt=0, description="additive smoothing of naive Bayes")

    @field_validator("character_ngrams")
    @classmethod
    def _has_ngrams(cls, longest: int, others: ValidationInfo) -> int:
        if longest == 1:
            raise ValueError("character n-grams begin at 2; 0 is none")
        if longest == 0 and others.data.get("word_ngrams") == 0:
            raise ValueError("without word n-grams there must be character n-grams")
        return longest
