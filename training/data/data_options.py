"""Options that say how files of one's own are read: columns, values of labels, bad rows."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class DataOptions(BaseModel):
    """Options of every command that takes --data. None: the reader recognises usual names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text_column: str | None = Field(
        None, description="Column of the texts: a heading, or a number in a file without header."
    )
    label_column: str | None = Field(
        None, description="Column of the labels. Usual headings and spellings are recognised."
    )
    positive: str | None = Field(
        None, description="Values of the label column that mean positive, separated by commas."
    )
    negative: str | None = Field(
        None, description="Values of the label column that mean negative, separated by commas."
    )
    neutral: str | None = Field(
        None, description="Values of the label column that mean neutral, separated by commas."
    )
    rating_column: str | None = Field(
        None,
        description="Column of ratings, instead of labels: a number, or the numbers of several "
        "raters, whose shares become a soft label.",
    )
    source_column: str | None = Field(
        None, description="Column that names the source of a row, for --weight."
    )
    weight: str | None = Field(
        None,
        description="Copies of each training row: a number, or SOURCE=NUMBER for the rows of a "
        "source, separated by commas. Of a fraction, a random part of the rows is copied.",
    )
    on_bad_rows: Literal["error", "skip"] = Field(
        "error",
        description="A row that cannot be used ends the command, or goes to the file "
        "bad_rows.csv with the reason.",
    )

    @property
    def columns(self) -> list[str]:
        """The names of columns that were given."""
        named = (self.text_column, self.label_column, self.rating_column, self.source_column)
        return [name for name in named if name is not None]


RECOGNISED = DataOptions()
"""No option is given: all is recognised."""
