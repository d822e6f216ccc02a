"""Column names that files of tweets have: for the text, the label, the user."""

import re
from collections.abc import Iterable, Sequence

from training.errors import DataError

TEXT = (
    *("text", "full text", "tweet text", "tweet", "tweet content", "content", "message", "body"),
    *("comment", "review", "review text", "sentence", "post", "texte", "texte du tweet"),
    *("commentaire", "clean text", "selected text"),
)
LABEL = (
    *("label", "labels", "sentiment", "polarity", "airline sentiment", "target", "class"),
    *("category", "sentiment label", "label text", "tone", "y"),
)
USER = (
    *("user", "username", "user name", "screen name", "author", "author id", "user id"),
    *("user screen name", "handle", "auteur", "utilisateur"),
)
_KNOWN = frozenset((*TEXT, *LABEL, *USER))
# Words of headings such as "tweet id" or "label confidence".
_OTHER = frozenset(
    ["id", "ids", "url", "link", "permalink", "date", "time", "created", "at", "length", "lang",
     "language", "count", "confidence", "score", "source", "location", "coord", "type", "gold",
     "reason"]
)  # fmt: skip
_BOUNDARY = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")


def words(heading: str) -> str:
    """The words of a heading in lower case: "tweet text" for "tweetText" and "tweet_text"."""
    return " ".join(_BOUNDARY.sub(" ", heading).lower().split())


def is_known(heading: str) -> bool:
    """Whether a file of tweets often has this heading."""
    return words(heading) in _KNOWN


def find_column(columns: Iterable[str], names: Sequence[str]) -> list[str]:
    """The columns that are named by ``names``, the best first.

    Columns with exactly such a name come first, in the order of ``names``. Columns with such a name
    among other words follow ("texte de la publication"), unless a word stands for another thing
    ("tweet id").
    """
    spelled = {column: words(column) for column in columns}
    exact = [column for name in names for column, spelling in spelled.items() if spelling == name]
    single = {name for name in names if " " not in name and len(name) > 1}
    partly = [
        column
        for column, spelling in spelled.items()
        if column not in exact
        and single & set(spelling.split())
        and _OTHER.isdisjoint(spelling.split())
    ]
    return exact + partly


def named_column(columns: Sequence[str], name: str, option: str, file: str) -> str:
    """The column with a name that an option gave, in the spelling of the file.

    Raises ``DataError``, with the names of the columns, if there is none.
    """
    if name in columns:
        return name
    alike = [column for column in columns if words(column) == words(name)]
    if len(alike) == 1:
        return alike[0]
    raise DataError(
        f"{file} has no column {name!r} for {option}: its columns are {', '.join(columns)}"
    )
