"""Data files: those of a path, a folder or a glob, and of zip archives."""

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, cast

from training.data.files.bad_rows import SIDE_FILE
from training.errors import DataError

SUFFIXES = (
    *(".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson", ".json"),
    *(".parquet", ".pq", ".gz", ".zip"),
)
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_GLOB = frozenset("*?[")


@dataclass(frozen=True)
class DataFile:
    """A file, or a ``member`` of a zip archive."""

    path: Path
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
        if self.member is None:
            file: IO[bytes] = stack.enter_context(self.path.open("rb"))
        else:
            archive = stack.enter_context(zipfile.ZipFile(self.path))
            file = stack.enter_context(archive.open(self.member))
        if _suffix(self.member or self.path.name) == ".gz":
            return cast(IO[bytes], stack.enter_context(gzip.open(file, "rb")))
        return file


@dataclass(frozen=True)
class FoundFiles:
    """The data files of a place, in the order of their names, and the names of other files."""

    files: list[DataFile]
    ignored: list[str]


def find_files(place: str) -> FoundFiles:
    """The data files of a path, a folder with its subfolders, or a glob.

    A zip archive stands for its members. Raises ``DataError`` if there is no data file.
    """
    path = Path(place)
    if path.is_dir():
        paths = sorted(found for found in path.rglob("*") if found.is_file())
    elif path.exists() or not _GLOB & set(place):
        paths = [path]
    else:
        pattern = str(path.relative_to(path.anchor))
        paths = sorted(found for found in Path(path.anchor).glob(pattern) if found.is_file())
    if paths == [path]:
        if _suffix(path.name) in _WORKBOOKS:
            raise DataError(f"{path} is a workbook: save its sheet as CSV UTF-8")
        found, ignored = _members(path)
    else:
        found, ignored = [], []
        for candidate in paths:
            if _is_data(candidate.relative_to(path) if path.is_dir() else PurePath(candidate.name)):
                files, others = _members(candidate)
                found += files
                ignored += others
            else:
                ignored.append(str(candidate))
    if not found:
        raise DataError(f"{place} holds no data file ({', '.join(SUFFIXES)})")
    return FoundFiles(found, ignored)


def _members(path: Path) -> tuple[list[DataFile], list[str]]:
    """The data files that ``path`` stands for, and the other members of a zip archive."""
    if _suffix(path.name) != ".zip":
        return [DataFile(path)], []
    with DataFile(path).open() as file, zipfile.ZipFile(file) as archive:
        members = [info.filename for info in archive.infolist() if not info.is_dir()]
    if any(name.startswith("xl/") for name in members):
        raise DataError(f"{path} is a workbook: save its sheet as CSV UTF-8")
    files = [DataFile(path, name) for name in members if _is_data(PurePath(name))]
    data = {file.member for file in files}
    return files, [f"{path}: {name}" for name in members if name not in data]


def _is_data(name: PurePath) -> bool:
    """Whether a file of a folder or an archive holds rows, by its name."""
    return (
        _suffix(name.name) in SUFFIXES
        and not any(part.startswith((".", "__MACOSX")) for part in name.parts)
        and name.name != SIDE_FILE.name
        # Sentiment140's archive holds its test data too, with other labels.
        and "testdata" not in name.name
    )


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()
