"""Objects of an S3 store, read and written as files.

The AWS variables name the store: ``AWS_ENDPOINT_URL``, ``AWS_REGION``, ``AWS_ACCESS_KEY_ID``,
``AWS_SECRET_ACCESS_KEY``, ``AWS_SESSION_TOKEN``.
"""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast
from urllib.parse import urlsplit

from training.errors import DataError

SCHEME = "s3://"
_GLOB = frozenset("*?[")
# Bytes of one request, so that a pass over an object takes few requests.
_BUFFER = 4 << 20


@dataclass(frozen=True)
class S3Object:
    """An object of a bucket. ``key`` begins with the name of the bucket: ``bucket/folder/name``."""

    key: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.key}"

    @classmethod
    def at(cls, place: str) -> "S3Object":
        """The object of an address. Raises ``DataError`` if the address has no bucket or no key."""
        key = place.removeprefix(SCHEME)
        bucket, _, name = key.partition("/")
        if not bucket or not name or name.endswith("/"):
            raise DataError(f"{place} names no object: write s3://BUCKET/KEY")
        return cls(key)

    @property
    def name(self) -> str:
        """The last part of the key."""
        return PurePosixPath(self.key).name

    def open(self) -> IO[bytes]:
        """The content, seekable. Raises OSError."""
        raw = _file_system().open_input_file(self.key)
        return cast(IO[bytes], io.BufferedReader(raw, _BUFFER))

    def upload(self, path: Path) -> None:
        """Store a file as the object, which other clients never see unfinished. Raises OSError."""
        import pyarrow.fs as pa_fs

        # A stream of pyarrow would store half an object after an exception of Python.
        local = pa_fs.LocalFileSystem()
        pa_fs.copy_files(str(path.absolute()), self.key, local, _file_system())

    def delete(self) -> None:
        """Delete the object, if there is one."""
        import pyarrow.fs as pa_fs

        if _file_system().get_file_info(self.key).type != pa_fs.FileType.NotFound:
            _file_system().delete_file(self.key)


def find_objects(place: str) -> tuple[list[S3Object], PurePosixPath | None]:
    """The objects of a key, of all keys below a prefix, or of a glob, in the order of their keys.

    The second value is the folder, if ``place`` is the folder or the prefix of several objects.
    Wildcards stand for characters within one part of a key. Raises ``DataError``.
    """
    import pyarrow.fs as pa_fs

    wanted = PurePosixPath(place.removeprefix(SCHEME))
    fixed = [part for part in wanted.parts if not _GLOB & set(part)]
    is_glob = len(fixed) < len(wanted.parts)
    folder = PurePosixPath(*_before_glob(wanted)) if is_glob else wanted
    if not folder.parts:
        raise DataError(f"{place} names no bucket: write s3://BUCKET/KEY")
    try:
        if not is_glob:
            info = _file_system().get_file_info(str(folder))
            if info.type == pa_fs.FileType.File:
                return [S3Object(str(folder))], None
        selector = pa_fs.FileSelector(str(folder), allow_not_found=True, recursive=True)
        infos = _file_system().get_file_info(selector)
    except OSError as error:
        raise DataError(f"{place} cannot be read: {error}") from error
    keys = sorted(info.path for info in infos if info.type == pa_fs.FileType.File)
    if is_glob:
        return [S3Object(key) for key in keys if _matches(PurePosixPath(key), wanted)], None
    if not keys:
        raise DataError(f"{place} does not exist")
    return [S3Object(key) for key in keys], folder


def _before_glob(path: PurePosixPath) -> Iterator[str]:
    for part in path.parts:
        if _GLOB & set(part):
            return
        yield part


def _matches(key: PurePosixPath, pattern: PurePosixPath) -> bool:
    return len(key.parts) == len(pattern.parts) and all(map(fnmatchcase, key.parts, pattern.parts))


def _file_system() -> Any:
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return _connect(endpoint, region)


@cache
def _connect(endpoint: str, region: str | None) -> Any:
    import pyarrow.fs as pa_fs

    parts = urlsplit(endpoint)
    options = {"scheme": parts.scheme, "endpoint_override": parts.netloc} if endpoint else {}
    return pa_fs.S3FileSystem(region=region, **options)
