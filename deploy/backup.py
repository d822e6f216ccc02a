"""Back up the data of the stack, and restore them: ``backup.py save|restore FOLDER``.

``save`` makes a folder in FOLDER and names it by the time. The folder holds:

- the databases as custom-format dumps,
- the objects of MLflow's bucket as a tar file,
- the settings with all secrets (the file ``BACKUP_SETTINGS``),
- the SHA-256 of each file.

``restore`` loads such a folder into an empty stack, and refuses a stack with data. Both read the
variables of libpq (``PG…``), of the S3 client (``AWS_…``, ``MLFLOW_S3_ENDPOINT_URL``) and
``MLFLOW_ARTIFACTS_DESTINATION``.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3

DATABASES = ("feedback", "mlflow")
_OBJECTS = "objects.tar"
_SETTINGS = "environment"
_DIGESTS = "SHA256SUMS"


class BackupError(Exception):
    """A failure whose message goes to the operator."""


class Bucket:
    """MLflow's bucket in the object store."""

    def __init__(self) -> None:
        self._name = urlsplit(os.environ["MLFLOW_ARTIFACTS_DESTINATION"]).netloc
        self._client: Any = boto3.client("s3", endpoint_url=os.environ["MLFLOW_S3_ENDPOINT_URL"])

    def exists(self) -> bool:
        return self._name in [found["Name"] for found in self._client.list_buckets()["Buckets"]]

    def keys(self) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name)
        for page in pages:
            yield from (found["Key"] for found in page.get("Contents", []))

    def save(self, path: Path) -> None:
        with tarfile.open(path, "w") as archive:
            for key in self.keys() if self.exists() else ():
                found = self._client.get_object(Bucket=self._name, Key=key)
                entry = tarfile.TarInfo(key)
                entry.size = found["ContentLength"]
                archive.addfile(entry, found["Body"])

    def restore(self, path: Path) -> None:
        if not self.exists():
            self._client.create_bucket(Bucket=self._name)
        with tarfile.open(path) as archive:
            for entry in archive:
                self._client.upload_fileobj(archive.extractfile(entry), self._name, entry.name)


def save(folder: Path) -> Path:
    """Make a backup in ``folder`` and return its own folder.

    The name of an unfinished backup ends with ``.partial``.
    """
    os.umask(0o077)
    finished = folder / datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    partial = finished.with_name(f"{finished.name}.partial")
    partial.mkdir(parents=True)
    for database in DATABASES:
        _run("pg_dump", "--format=custom", f"--file={_dump(partial, database)}", database)
    # The objects come last: all artifacts that the databases name are among them.
    Bucket().save(partial / _OBJECTS)
    shutil.copyfile(os.environ["BACKUP_SETTINGS"], partial / _SETTINGS)
    digests = [f"{_digest(path)}  {path.name}\n" for path in sorted(partial.iterdir())]
    (partial / _DIGESTS).write_text("".join(digests))
    return partial.rename(finished)


def restore(backup: Path) -> None:
    """Restore a backup. Raises ``BackupError`` if the backup is damaged or the stack has data."""
    for line in (backup / _DIGESTS).read_text().splitlines():
        expected, name = line.split("  ", 1)
        if _digest(backup / name) != expected:
            raise BackupError(f"{backup / name} is damaged")
    bucket = Bucket()
    if bucket.exists() and next(bucket.keys(), None) is not None:
        raise BackupError("the object store is not empty")
    for database in DATABASES:
        if _tables(database):
            raise BackupError(f"the database {database} is not empty")
    for database in DATABASES:
        dump = _dump(backup, database)
        _run(
            *("pg_restore", "--exit-on-error", "--single-transaction"),
            *(f"--dbname={database}", str(dump)),
        )
    bucket.restore(backup / _OBJECTS)


def _dump(folder: Path, database: str) -> Path:
    return folder / f"{database}.dump"


def _tables(database: str) -> int:
    query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    return int(_run("psql", "--no-psqlrc", "--tuples-only", f"--command={query}", database))


def _run(*command: str) -> str:
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode:
        raise BackupError(f"{command[0]}: {outcome.stderr.strip()}")
    return outcome.stdout


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> int:
    match sys.argv[1:]:
        case ["save", folder]:
            action = "save"
        case ["restore", folder]:
            action = "restore"
        case _:
            sys.stderr.write("backup.py save|restore FOLDER\n")
            return 2
    try:
        if action == "save":
            sys.stdout.write(f"{save(Path(folder))}\n")
        else:
            restore(Path(folder))
    except BackupError as error:
        sys.stderr.write(f"backup.py: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
