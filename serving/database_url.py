"""The address of the feedback store."""

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

_DATABASES = ("sqlite", "postgresql")


def check_database_url(address: str) -> None:
    """Check an SQLAlchemy address. No message repeats the address, which may contain a password.

    Raises ``ValueError`` for an unreadable address, and for a database or driver that is not
    supported. A database in memory is refused, since each worker would have its own.
    """
    try:
        url = make_url(address)
        supported = url.get_backend_name() in _DATABASES
        if supported:
            url.get_dialect().import_dbapi()
    except (NoSuchModuleError, ImportError) as error:
        raise ValueError(
            "the driver of this database is not installed: write postgresql+psycopg://…"
        ) from error
    except ArgumentError as error:
        raise ValueError("write sqlite:///PATH or postgresql+psycopg://…") from error
    if not supported:
        raise ValueError(
            "the feedback store is SQLite or PostgreSQL: write sqlite:///PATH or "
            "postgresql+psycopg://…"
        )
    if url.get_backend_name() == "sqlite":
        path = url.database or ""
        if not path or ":memory:" in path or url.query.get("mode") == "memory":
            raise ValueError("name a file: each worker would have its own database in memory")
        if any(part.startswith("~") for part in path.split("/")):
            raise ValueError("write an absolute path: ~ is not replaced by the home folder")
