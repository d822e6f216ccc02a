"""Labelled texts of a user's own files, with a survey of the files."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from training.data.data_options import RECOGNISED, DataOptions
from training.data.files.bad_rows import BadRows
from training.data.files.row import BadRow
from training.data.files.table import Table, open_tables
from training.data.label_values import SENTIMENT140_VALUES, choose_labels, given_values
from training.data.labelled_columns import LabelledColumns, choose_columns
from training.data.labelled_rows import read_labelled_rows
from training.data.languages import language_shares
from training.data.ratings import guess_scale
from training.data.sources import Tweets
from training.data.survey import Survey
from training.errors import DataError

LABEL_NAMES = {NEGATIVE: "negative", NEUTRAL: "neutral", POSITIVE: "positive"}
# Fewer neutral rows than this cannot be shared among training, validation and test.
_LEAST_NEUTRAL = 20


@dataclass
class _Values:
    """Columns of the rows of all files, of equal length; ``places``: table and line."""

    texts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    users: list[str | None] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    tables: "array[int]" = field(default_factory=lambda: array("i"))
    lines: "array[int]" = field(default_factory=lambda: array("q"))


def load_labelled(place: str, options: DataOptions = RECOGNISED) -> tuple[Tweets, Survey]:
    """Labelled texts of a file, a folder or a glob, and a survey of them.

    Ratings become shares of readers. So do labels if 20 rows or more are neutral. Fewer neutral
    rows are left out, and those of Sentiment140's layout. Raises ``DataError``.
    """
    tables, ignored = open_tables(place, options.columns)
    chosen = [choose_columns(table, options) for table in tables]
    survey = Survey(place, ignored=ignored)
    for table, columns in zip(tables, chosen, strict=True):
        survey.files[table.name] = f"{table.description}; {columns}"
    with BadRows(options.on_bad_rows) as bad_rows:
        values = _read(tables, chosen, bad_rows)
        survey.read = len(values.texts) + bad_rows.counts.total()
        if options.rating_column is None:
            labels = _labels(values, tables, chosen, options, bad_rows, survey)
            shares = None
        else:
            labels, shares = _ratings(values, options.rating_column, survey)
    survey.dropped = Counter(bad_rows.counts)
    survey.side_file = str(bad_rows.side_file) if bad_rows.counts else None
    survey.longest = _longest(values, tables)
    tweets = _tweets(values, labels, shares, survey, any(t.is_sentiment140 for t in tables))
    if not len(tweets):
        raise DataError(f"{place} holds no labelled text")
    survey.labels = Counter(LABEL_NAMES[label] for label in tweets.labels.tolist())
    survey.languages = language_shares(tweets.texts)
    return tweets, survey


def _read(tables: Sequence[Table], chosen: Sequence[LabelledColumns], bad_rows: BadRows) -> _Values:
    values = _Values()
    for number, (table, columns) in enumerate(zip(tables, chosen, strict=True)):
        for row in read_labelled_rows(table, columns, bad_rows):
            values.texts.append(row.text)
            values.values.append(row.value)
            values.users.append(row.user)
            values.sources.append(row.source)
            values.tables.append(number)
            values.lines.append(row.line)
    return values


def _labels(
    values: _Values,
    tables: Sequence[Table],
    chosen: Sequence[LabelledColumns],
    options: DataOptions,
    bad_rows: BadRows,
    survey: Survey,
) -> list[int | None]:
    """The label of each row; None for an unknown value, which ``bad_rows`` gets."""
    given = given_values(options.negative, options.neutral, options.positive)
    counts = Counter(values.values)
    column = str(chosen[0].label)
    meanings: Mapping[str, int]
    if not given and all(table.is_sentiment140 for table in tables):
        meanings = SENTIMENT140_VALUES
    else:
        meanings = choose_labels(counts, given, column)
    survey.meanings = [
        f"{value}: {LABEL_NAMES[label]}" for value, label in meanings.items() if value in counts
    ]
    if counts.keys() <= meanings.keys():
        return [meanings[value] for value in values.values]
    for row, value in enumerate(values.values):
        if value not in meanings:
            fault = f"the label {value!r} of the column {column} is unknown"
            remedy = "Name it with --negative, --neutral or --positive"
            bad = BadRow(values.lines[row], fault, remedy, f"{value}: {values.texts[row]}")
            bad_rows.add(tables[values.tables[row]].name, bad)
    return [meanings.get(value) for value in values.values]


def _ratings(
    values: _Values, column: str, survey: Survey
) -> tuple[list[int | None], NDArray[np.float32]]:
    """The label of each row, and the shares of its raters, shape (n, 3)."""
    every = [rating for ratings in values.values for rating in ratings]
    if not every:
        return [], np.zeros((0, 3), np.float32)
    scale = guess_scale(min(every), max(every), column)
    survey.meanings = [f"ratings from {scale.low:g} to {scale.high:g}, neutral at {scale.middle:g}"]
    labels: list[int | None] = [scale.label(ratings) for ratings in values.values]
    return labels, np.array([scale.shares(ratings) for ratings in values.values], np.float32)


def _tweets(
    values: _Values,
    labels: Sequence[int | None],
    shares: NDArray[np.float32] | None,
    survey: Survey,
    sided: bool,
) -> Tweets:
    """The labelled rows. Few neutral rows, or all if ``sided``, are dropped."""
    rows = [row for row, label in enumerate(labels) if label is not None]
    neutral = sum(labels[row] == NEUTRAL for row in rows)
    if shares is None and (sided or neutral < _LEAST_NEUTRAL):
        if neutral:
            reason = "neutral" if sided else f"neutral, fewer than {_LEAST_NEUTRAL}"
            survey.dropped[reason] += neutral
        rows = [row for row in rows if labels[row] != NEUTRAL]
    elif shares is None:
        shares = np.array(
            [[label == NEGATIVE, label == NEUTRAL, label == POSITIVE] for label in labels],
            np.float32,
        )
    tweets = Tweets(
        values.texts,
        np.array([NEUTRAL if label is None else label for label in labels], np.int8),
        values.users,
        shares,
        values.sources,
    )
    return tweets if len(rows) == len(tweets) else tweets.take(np.array(rows, np.intp))


def _longest(values: _Values, tables: Sequence[Table]) -> tuple[int, str]:
    """The length of the longest text, and its place."""
    if not values.texts:
        return 0, ""
    row = max(range(len(values.texts)), key=lambda row: len(values.texts[row]))
    return len(values.texts[row]), f"{tables[values.tables[row]].name}, line {values.lines[row]}"
