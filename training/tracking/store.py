"""The tracking store: its first answer, and its errors as one line with address and remedy."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import requests
import sqlalchemy
from mlflow.exceptions import MlflowException
from mlflow.tracking.registry import UnsupportedModelRegistryStoreURIException
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from training.errors import TrackingError

STORE_ERRORS = (MlflowException, SQLAlchemyError, requests.RequestException)
"""Errors that MLflow raises if a store does not answer, refuses a request or lacks a file."""

_FIRST_ANSWER_S = 5
# MLflow's own settings. By default MLflow repeats the first request for several minutes.
_FIRST_REQUEST = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": str(_FIRST_ANSWER_S),
}
_SERVER_DATABASES = ("postgresql", "mysql")
_OTHER_STORE = "set MLFLOW_TRACKING_URI to another store"
_LONGEST_REASON = 300
_CONNECTION_FAULTS = {
    "Connection refused": "connection refused",
    "resolve": "unknown host name",
    "timed out": f"no answer within {_FIRST_ANSWER_S} s",
    "certificate": "its certificate is not trusted",
}
_HOST_AND_PORT = re.compile(r"[\w.-]+:\d+(?:/.*)?")
_UNWRITABLE = ("readonly database", "unable to open database file")
_ADDRESS_ERRORS = (ArgumentError, UnsupportedModelRegistryStoreURIException)


@contextmanager
def first_answer(uri: str) -> Iterator[None]:
    """A block whose requests wait 5 s for the store at ``uri``, and are not repeated.

    MLflow's environment variables for retries and time-outs win where they are set. Raises
    ``TrackingError`` if the store does not answer or refuses a request.
    """
    chosen = {name: value for name, value in _FIRST_REQUEST.items() if name not in os.environ}
    os.environ.update(chosen)
    try:
        with store_errors(uri):
            _open_database(uri)
            yield
    finally:
        for name in chosen:
            del os.environ[name]


@contextmanager
def store_errors(uri: str) -> Iterator[None]:
    """Raise ``TrackingError`` in place of any of ``STORE_ERRORS`` in the block."""
    try:
        yield
    except STORE_ERRORS as error:
        raise TrackingError(explain_store_error(error, uri)) from error


def explain_store_error(error: Exception, uri: str) -> str:
    """One line with the address of the store, the reason and the remedy."""
    reason, address = _first_sentence(error), without_password(uri)
    if isinstance(error, _ADDRESS_ERRORS) or "filesystem tracking backend" in reason:
        return (
            f"MLFLOW_TRACKING_URI={address} is no address of a tracking store: {_address_like(uri)}"
        )
    if uri.startswith(("http://", "https://")):
        return _explain_server_error(error, address, reason)
    if uri.startswith("sqlite:") and any(part in reason.lower() for part in _UNWRITABLE):
        return (
            f"the tracking store {address} cannot be written ({reason}): give yourself write "
            f"permission for the file and its folder, or {_OTHER_STORE}"
        )
    if uri.startswith(_SERVER_DATABASES) and isinstance(error, OperationalError):
        return (
            f"the database {address} does not answer ({reason}): start it, check the account, or "
            f"{_OTHER_STORE}"
        )
    if isinstance(error, SQLAlchemyError):
        return (
            f"the tracking store {address} cannot be used ({reason}): repair it, or {_OTHER_STORE}"
        )
    return f"the tracking store {address}: {reason}"


def _explain_server_error(error: Exception, address: str, reason: str) -> str:
    if refusal := _refused_connection(error):
        return (
            f"no MLflow server answers at {address} ({refusal}): start the server, or "
            f"{_OTHER_STORE}"
        )
    return (
        f"the server at {address} refuses a request ({reason}): check that it is an MLflow server, "
        "and set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, "
        "if it asks for an account"
    )


def _open_database(uri: str) -> None:
    """Read from a database once. MLflow repeats a failing connection for 100 s."""
    if not uri.startswith(("sqlite", *_SERVER_DATABASES)):
        return
    url = sqlalchemy.make_url(uri)
    is_server = url.get_backend_name() in _SERVER_DATABASES
    try:
        engine = sqlalchemy.create_engine(
            url, connect_args={"connect_timeout": _FIRST_ANSWER_S} if is_server else {}
        )
        if url.database and not is_server:
            with suppress(OSError):
                Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        sqlalchemy.inspect(engine).has_table("experiments")
        engine.dispose()
    except ModuleNotFoundError as error:
        raise TrackingError(
            f"{without_password(uri)} needs the driver {error.name}: install it, or name an "
            f"installed driver as in postgresql+psycopg://, or {_OTHER_STORE}"
        ) from error


def _address_like(uri: str) -> str:
    """The remedy for an address that MLflow cannot read."""
    if _HOST_AND_PORT.fullmatch(uri):
        return f"write http://{uri}"
    if uri.startswith("postgres://"):
        return f"write postgresql+psycopg{without_password(uri).removeprefix('postgres')}"
    return "write http://HOST:PORT for a server, or sqlite:///FILE for a file"


def _refused_connection(error: BaseException) -> str | None:
    """Why no connection was made; None if the server answered."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, (requests.ConnectionError, requests.Timeout)):
            text = str(cause)
            found = [reason for part, reason in _CONNECTION_FAULTS.items() if part in text]
            return found[0] if found else "the connection failed"
        cause = cause.__cause__ or cause.__context__
    return None


def without_password(uri: str) -> str:
    """The address with ``***`` for its password."""
    parts = urlsplit(uri)
    if "@" not in parts.netloc:
        return uri
    account, _, host = parts.netloc.rpartition("@")
    user = account.partition(":")[0]
    return parts._replace(netloc=f"{user}:***@{host}" if ":" in account else parts.netloc).geturl()


def _first_sentence(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    # SQLAlchemy puts the driver's error on the first or the second line.
    line = next((line for line in lines if "Error) " in line), lines[0])
    return line.split(". ")[0][:_LONGEST_REASON].rstrip(".: ")
