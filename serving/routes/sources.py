"""Sources of mentions that a request may name."""

from collections.abc import Sequence

from fastapi.exceptions import RequestValidationError


def check_source(source: str | None, sources: Sequence[str], place: str) -> None:
    """Refuse a source that ``SENTIMENT_SOURCES`` does not list, with the names of the sources.

    ``place`` is the part of the request that names the source: body or query.
    """
    if source is not None and source not in sources:
        reason = f"Value error, choose one of {', '.join(sources)}"
        raise RequestValidationError([{"loc": (place, "source"), "msg": reason}])
