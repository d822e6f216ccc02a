"""Parquet files, read by pyarrow."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from training.data.files.data_file import DataFile
from training.data.files.row import Row
from training.errors import DataError

MAGIC = b"PAR1"
_BATCH = 10_000


def read_parquet(file: DataFile) -> Iterator[Row]:
    """The rows with their numbers from 1. Raises ``DataError`` for a damaged file."""
    with _opened(file) as content:
        number = 0
        for batch in content.iter_batches(_BATCH):
            for values in batch.to_pylist():
                number += 1
                yield Row(number, values)


def parquet_types(file: DataFile) -> dict[str, Any]:
    """The Arrow type of each column. Raises ``DataError`` for a damaged file."""
    with _opened(file) as content:
        return {field.name: field.type for field in content.schema_arrow}


def count_parquet_rows(file: DataFile) -> int:
    """The number of rows. Raises ``DataError`` for a damaged file."""
    with _opened(file) as content:
        return int(content.metadata.num_rows)


@contextmanager
def _opened(file: DataFile) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with file.open() as binary:
        # A packed file cannot be read from its end, where Parquet has its table of contents.
        source = binary if isinstance(binary, io.BufferedReader) else io.BytesIO(binary.read())
        try:
            yield pq.ParquetFile(source)
        except pa.ArrowException as error:
            first = str(error).splitlines()[0]
            raise DataError(f"{file.name} is damaged or no Parquet file: {first}") from error
