"""Data files: those of a path, a folder or a glob, of an S3 store, and of zip archives."""

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, cast

from training.data.files.bad_rows import SIDE_FILE
from training.data.files.s3_objects import SCHEME, S3Object, find_objects
from training.errors import DataError

SUFFIXES = (
    *(".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson", ".json"),
    *(".parquet", ".pq", ".gz", ".zip"),
)
PARTS = ".parts"
"""Suffix of the folder of an unfinished bulk scoring."""
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_GLOB = frozenset("*?[")
GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class DataFile:
    """A file or an object, or a ``member`` of one that is a zip archive."""

    path: Path | S3Object
    member: str | None = None

    @property
    def name(self) -> str:
        return str(self.path) if self.member is None else f"{self.path}: {self.member}"

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The content, unpacked. Raises ``DataError`` for a damaged or unreadable file."""
        try:
            with ExitStack() as stack:
                yield self._unpacked(stack)
        except FileNotFoundError as error:
            raise DataError(f"{self.name} does not exist") from error
        except (
            EOFError,
            zipfile.BadZipFile,
            gzip.BadGzipFile,
            zlib.error,
            lzma.LZMAError,
        ) as error:
            raise DataError(
                f"{self.name} is damaged or cut short ({error}): download it again"
            ) from error
        except (RuntimeError, NotImplementedError) as error:
            raise DataError(f"{self.name} cannot be unpacked: {error}") from error
        except OSError as error:
            raise DataError(f"{self.name} cannot be read: {error.strerror or error}") from error

    def _unpacked(self, stack: ExitStack) -> IO[bytes]:
        whole = self.path.open() if isinstance(self.path, S3Object) else self.path.open("rb")
        file = stack.enter_context(whole)
        if self.member is not None:
            archive = stack.enter_context(zipfile.ZipFile(file))
            file = stack.enter_context(archive.open(self.member))
        # A file may lack the suffix of its packing.
        begin = cast(io.BufferedReader, file).peek(len(GZIP))
        if begin.startswith(GZIP) or _suffix(self.member or self.path.name) == ".gz":
            return cast(IO[bytes], stack.enter_context(gzip.open(file, "rb")))
        return file


@dataclass(frozen=True)
class FoundFiles:
    """The data files of a place, in the order of their names, and the names of other files."""

    files: list[DataFile]
    ignored: list[str]


def find_files(place: str) -> FoundFiles:
    """The data files of a path, a folder with its subfolders, or a glob; or of ``s3://…``.

    A zip archive stands for its members. Raises ``DataError`` if there is no data file.
    """
    candidates = _objects(place) if place.startswith(SCHEME) else _paths(place)
    found: list[DataFile] = []
    ignored: list[str] = []
    for candidate, name in candidates:
        if name is None and _suffix(candidate.name) in _WORKBOOKS:
            raise DataError(f"{candidate} is a workbook: save its sheet as CSV UTF-8")
        if name is None or _is_data(name):
            files, others = _members(candidate)
            found += files
            ignored += others
        else:
            ignored.append(str(candidate))
    if not found:
        raise DataError(f"{place} holds no data file ({', '.join(SUFFIXES)})")
    return FoundFiles(found, ignored)


_Candidate = tuple[Path | S3Object, PurePath | None]
"""A file, and its name below the folder; None for a file that the user named."""


def _paths(place: str) -> list[_Candidate]:
    path = Path(place)
    if path.is_dir():
        found = sorted(found for found in path.rglob("*") if found.is_file())
        return [(each, each.relative_to(path)) for each in found]
    if path.exists() or not _GLOB & set(place):
        return [(path, None)]
    pattern = str(path.relative_to(path.anchor))
    found = sorted(found for found in Path(path.anchor).glob(pattern) if found.is_file())
    return [(each, PurePath(each.name)) for each in found]


def _objects(place: str) -> list[_Candidate]:
    found, folder = find_objects(place)
    if folder is not None:
        return [(each, PurePath(each.key).relative_to(folder)) for each in found]
    named = len(found) == 1 and str(found[0]) == place
    return [(each, None if named else PurePath(each.name)) for each in found]


def _members(path: Path | S3Object) -> tuple[list[DataFile], list[str]]:
    """The data files that ``path`` stands for, and the other members of a zip archive."""
    if _suffix(path.name) != ".zip":
        return [DataFile(path)], []
    with DataFile(path).open() as file, zipfile.ZipFile(file) as archive:
        members = [info.filename for info in archive.infolist() if not info.is_dir()]
    if any(name.startswith("xl/") for name in members):
        raise DataError(f"{path} is a workbook: save its sheet as CSV UTF-8")
    files = [
        DataFile(path, name)
        for name in members
        if _is_data(PurePath(name)) and _suffix(name) != ".zip"
    ]
    data = {file.member for file in files}
    return files, [f"{path}: {name}" for name in members if name not in data]


def _is_data(name: PurePath) -> bool:
    """Whether a file of a folder or an archive holds rows, by its name."""
    return (
        _suffix(name.name) in SUFFIXES
        and not any(part.startswith((".", "__MACOSX")) for part in name.parts)
        # The parts of a bulk scoring that was killed.
        and not any(part.endswith(PARTS) for part in name.parts)
        and SIDE_FILE.stem not in name.name
        # Sentiment140's archive holds its test data too, with other labels.
        and "testdata" not in name.name
    )


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()
