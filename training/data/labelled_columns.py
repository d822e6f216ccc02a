"""The columns of a table of labelled texts: text, label or rating, user, source."""

from dataclasses import dataclass

from training.data.data_options import DataOptions
from training.data.files.headings import LABEL, USER, find_column, named_column, words
from training.data.files.table import Table
from training.data.files.text_column import text_column
from training.data.label_values import is_label, spelling
from training.errors import DataError

_MOST_VALUES = 10
_RATINGS = frozenset(["rating", "ratings", "stars", "score", "overall", "note"])


@dataclass(frozen=True)
class LabelledColumns:
    """Names of the columns that are used; ``label`` or ``rating`` is not None."""

    text: str
    label: str | None = None
    rating: str | None = None
    user: str | None = None
    source: str | None = None

    def __str__(self) -> str:
        """One "role: column" for each column, such as "text: tweet, label: sentiment"."""
        named = {role: name for role, name in vars(self).items() if name is not None}
        return ", ".join(f"{role}: {name}" for role, name in named.items())


def choose_columns(table: Table, options: DataOptions) -> LabelledColumns:
    """The columns that the options name or that are recognised. Raises ``DataError``."""

    def named(name: str | None, option: str) -> str | None:
        return None if name is None else named_column(table.columns, name, option, table.name)

    source = named(options.source_column, "--source-column")
    rating = named(options.rating_column, "--rating-column")
    if table.is_sentiment140 and not options.columns:
        return LabelledColumns("text", "polarity", user="user")
    wanted = named(options.label_column, "--label-column")
    if rating is not None and wanted is not None:
        raise DataError("give --label-column or --rating-column, not both")
    label = None if rating is not None else wanted or _label_column(table, options)
    user = next(iter(_users(table)), None)
    others = [name for name in (label, rating, source, user) if name is not None]
    return LabelledColumns(
        text_column(table, options.text_column, others), label, rating, user, source
    )


def _label_column(table: Table, options: DataOptions) -> str:
    columns = [
        name for name in table.columns if name not in (options.text_column, options.source_column)
    ]
    by_name = find_column(columns, LABEL)
    for column in by_name:
        if 0 < len(_values(table, column)) <= _MOST_VALUES:
            return column
    by_values = [
        column
        for column in columns
        if (values := _values(table, column)) and all(map(is_label, values))
    ]
    several = [column for column in by_values if len(_values(table, column)) > 1]
    for choice in (several, by_values):
        if len(choice) == 1:
            return choice[0]
    ratings = [column for column in columns if words(column) in _RATINGS]
    hint = f", or give --rating-column {ratings[0]}" if ratings else ""
    raise DataError(
        f"{table.name}: which column holds the labels? Name it with --label-column{hint}; the "
        f"columns are {', '.join(table.columns) or 'none'}"
    )


def _users(table: Table) -> list[str]:
    if not table.has_header:
        return ["user"] if table.is_sentiment140 else []
    return [column for column in find_column(table.columns, USER) if words(column) in USER]


def _values(table: Table, column: str) -> set[str]:
    found = (spelling(row.get(column)) for row in table.head)
    return {value for value in found if value is not None}
