"""The SQLite file of the feedback: private, never created by a worker, and checked for damage."""

import logging
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

# Seconds that a connection waits for another connection's lock.
_LOCK_WAIT_S = 5.0
_COMPANIONS = ("", "-journal", "-wal", "-shm")

logger = logging.getLogger("bentoml.sentiment")


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite address, None for another database."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return None
    return Path(address.database).absolute()


def sqlite_engine(url: str, path: Path) -> Engine:
    """An engine that opens the file anew for each transaction, and never creates the file.

    An open connection would continue to write to a file that was deleted or replaced. With the
    rollback journal, every acknowledged verdict is in the file itself. A write-ahead log would keep
    the newest verdicts in a second file. A transaction that writes takes SQLite's write lock at its
    beginning, so that its reads and its writes see one state.
    """
    engine = create_engine(
        url, creator=lambda: _connect(path), poolclass=NullPool, hide_parameters=True
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=_LOCK_WAIT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    # https://www.sqlite.org/pragma.html#pragma_journal_mode: a commit truncates the journal and
    # syncs it. A deleted journal could come back after a power failure, and SQLite would then undo
    # an acknowledged verdict.
    connection.execute("PRAGMA journal_mode=TRUNCATE")
    connection.execute("PRAGMA synchronous=FULL")
    # Deleted rows are overwritten with zeros.
    connection.execute("PRAGMA secure_delete=ON")
    return connection


def identity(path: Path) -> tuple[int, int]:
    """Device and inode of the file. Raises ``OSError`` if the file is missing."""
    status = path.stat()
    return status.st_dev, status.st_ino


def damage(path: Path) -> str | None:
    """The first fault that SQLite's quick check finds in the file, None for a sound file.

    Raises ``sqlite3.Error`` if the file cannot be read.
    """
    with closing(_connect(path)) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    return None if found == "ok" else str(found).strip().splitlines()[-1]


def prepare_file(path: Path) -> None:
    """Create the file with mode 600 where it is missing, and close an existing file to others."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    for suffix in _COMPANIONS:
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            _close_to_others(companion, 0o600)


def prepare_folder(folder: Path) -> None:
    """Create the folder with mode 700, or close an existing folder to others."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _close_to_others(folder, 0o700)


def _close_to_others(path: Path, mode: int) -> None:
    found = path.stat().st_mode & 0o777
    if not found & 0o077:
        return
    try:
        path.chmod(mode)
    except PermissionError:
        logger.warning(
            "%s is open to other users (mode %03o): let its owner remove their access", path, found
        )
        return
    logger.warning("%s was open to other users: its mode was %03o, now %03o", path, found, mode)
