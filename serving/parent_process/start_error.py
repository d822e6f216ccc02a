"""Errors of a start, which BentoML's command line shows in one line without a traceback."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from bentoml.exceptions import BentoMLException
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from models.artifacts.manifest import ModelFolderError
from serving.feedback.database import MigrationError


class StartError(BentoMLException):
    """The service cannot start. The message names the file or setting, and the remedy."""


@contextmanager
def one_line_start_errors() -> Iterator[None]:
    """Raise ``StartError`` for errors that a setting, a file or the feedback database causes."""
    try:
        yield
    except ValidationError as error:
        faults = []
        for fault in error.errors(include_input=False):
            setting = "_".join(["SENTIMENT", *map(str, fault["loc"])]).upper()
            message = fault["msg"].removeprefix("Value error, ")
            faults.append(f"{setting}: {message}" if fault["loc"] else message)
        raise StartError("; ".join(faults)) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StartError(f"SENTIMENT_DATABASE_URL: {_first_line(error)}") from error
    except (ModelFolderError, MigrationError, OSError) as error:
        raise StartError(str(error)) from error


def _first_line(error: Exception) -> str:
    """The database's own message. SQLAlchemy adds lines with the statement and a link."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]
