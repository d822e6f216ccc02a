"""Parquet files, read by pyarrow."""

import io
from collections.abc import Iterator

from training.data.files.data_file import DataFile
from training.data.files.row import Row
from training.errors import DataError

MAGIC = b"PAR1"
_BATCH = 10_000


def read_parquet(file: DataFile) -> Iterator[Row]:
    """The rows with their numbers from 1. Raises ``DataError`` for a damaged file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with file.open() as binary:
        # A packed file cannot be read from its end, where Parquet has its table of contents.
        source = binary if isinstance(binary, io.BufferedReader) else io.BytesIO(binary.read())
        try:
            number = 0
            for batch in pq.ParquetFile(source).iter_batches(_BATCH):
                for values in batch.to_pylist():
                    number += 1
                    yield Row(number, values)
        except pa.ArrowException as error:
            first = str(error).splitlines()[0]
            raise DataError(f"{file.name} is damaged or no Parquet file: {first}") from error
