"""The place of the output: a file, an object of an S3 store, or the standard output."""

from dataclasses import dataclass
from pathlib import Path, PurePath

from training.data.files.data_file import PARTS
from training.data.files.s3_objects import SCHEME, S3Object
from training.errors import DataError
from training.scoring.input_rows import STANDARD_STREAM

SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet")
_SIDE_FILE = ".bad_rows.csv"


@dataclass(frozen=True)
class OutputPlace:
    """A place with a suffix that decides the format."""

    place: str

    def __post_init__(self) -> None:
        if self.is_stream:
            return
        if self.suffix not in SUFFIXES:
            raise DataError(
                f"{self.place} has no suffix of an output: {', '.join(SUFFIXES)}, or - for JSON "
                "Lines on the standard output"
            )
        if isinstance(path := self._path, Path) and not path.parent.is_dir():
            raise DataError(f"{path.parent}, the folder of the output, does not exist")

    @property
    def is_stream(self) -> bool:
        """Whether the output is the standard output."""
        return self.place == STANDARD_STREAM

    @property
    def suffix(self) -> str:
        """The suffix in lower case; ``.jsonl`` for the standard output."""
        return ".jsonl" if self.is_stream else PurePath(self.place).suffix.lower()

    @property
    def side_file(self) -> str:
        """The place of the bad rows."""
        return f"{self.place}{_SIDE_FILE}"

    @property
    def parts_folder(self) -> Path:
        """The folder of unfinished parts; for an object in the working folder."""
        path = self._path
        return Path(f"{path if isinstance(path, Path) else path.name}{PARTS}")

    def is_same_as(self, path: Path | S3Object) -> bool:
        """Whether the output would replace a file of the input."""
        own = self._path
        if isinstance(path, Path) and isinstance(own, Path):
            return path.resolve() == own.resolve()
        return path == own

    def store(self, finished: Path) -> None:
        """Make a finished file the output. The output is never seen unfinished."""
        _store(finished, self._path)

    def store_bad_rows(self, finished: Path | None) -> None:
        """Make a finished file the file of bad rows. None deletes the file of an earlier run."""
        path = _located(self.side_file)
        if finished is not None:
            _store(finished, path)
        elif isinstance(path, Path):
            path.unlink(missing_ok=True)
        else:
            path.delete()

    @property
    def _path(self) -> Path | S3Object:
        return _located(self.place)


def _located(place: str) -> Path | S3Object:
    return S3Object.at(place) if place.startswith(SCHEME) else Path(place)


def _store(finished: Path, target: Path | S3Object) -> None:
    if isinstance(target, Path):
        finished.replace(target)
    else:
        target.upload(finished)
