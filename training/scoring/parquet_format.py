"""Parquet as the format of the output, with the types of the input's columns."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from training.data.files.parquet import parquet_types
from training.data.files.row import Row
from training.data.files.table import Table
from training.scoring.answer_columns import ADDED, kept_names
from training.scoring.row_formats import cell_text

# Rows of a row group at least. Small row groups make a file large and slow to read.
_GROUP_ROWS = 65_536
_INT64_BITS = 64


@dataclass(frozen=True)
class ParquetFormat:
    """Parquet with Snappy compression. ``types``: Arrow types of the input's columns, by name."""

    types: Mapping[str, Any]

    def encode(self, rows: Sequence[Mapping[str, Any]], answers: Mapping[str, list[Any]]) -> bytes:
        """A stream of Arrow's IPC format."""
        import pyarrow as pa

        arrays = [
            _array([row.get(name) for row in rows], type_) for name, type_ in self.types.items()
        ]
        schema = self._schema()
        added = [pa.array(answers[name], type_) for name, type_ in _added_types().items()]
        batch = pa.record_batch([*arrays, *added], schema=schema)
        content = io.BytesIO()
        with pa.ipc.new_stream(content, schema) as writer:
            writer.write_batch(batch)
        return content.getvalue()

    def join(self, parts: Iterable[bytes], file: IO[bytes]) -> None:
        """Write the rows of all parts in row groups of about 65,536 rows."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        with pq.ParquetWriter(file, self._schema()) as writer:
            for tables in _groups(pa.ipc.open_stream(part).read_all() for part in parts):
                whole = pa.concat_tables(tables)
                writer.write_table(whole, row_group_size=max(1, len(whole)))

    def _schema(self) -> Any:
        import pyarrow as pa

        names = kept_names(self.types)
        kept = [(names[name], type_) for name, type_ in self.types.items()]
        return pa.schema([*kept, *_added_types().items()])


def column_types(tables: Sequence[Table]) -> dict[str, Any]:
    """The Arrow types of all columns of ``tables``, by name.

    Parquet keeps its types. JSON Lines are read once for the types of their values. A column of
    several types, of objects or of lists becomes text. Columns of CSV are text.
    """
    import pyarrow as pa

    types: dict[str, Any] = {}
    for table in tables:
        for name, type_ in _types(table).items():
            types[name] = _common(types.get(name), type_)
    return {name: pa.string() if type_ is None else type_ for name, type_ in types.items()}


def _types(table: Table) -> dict[str, Any]:
    import pyarrow as pa

    if table.format == "Parquet" and table.file is not None:
        return parquet_types(table.file)
    if table.format != "JSON Lines":
        return dict.fromkeys(table.columns, pa.string())
    types: dict[str, Any] = {}
    for row in table.read():
        if isinstance(row, Row):
            for name, value in row.values.items():
                types[name] = _common(types.get(name), _json_type(value))
    return types


def _json_type(value: object) -> Any:
    import pyarrow as pa

    if value is None:
        return None
    if isinstance(value, bool):
        return pa.bool_()
    if isinstance(value, int) and value.bit_length() < _INT64_BITS:
        return pa.int64()
    return pa.float64() if isinstance(value, float) else pa.string()


def _common(first: Any, second: Any) -> Any:
    """The type of a column with values of two types. None: no value was seen."""
    import pyarrow as pa

    if first is None or second is None or first == second:
        return second if first is None else first
    numbers = {pa.int64(), pa.float64()}
    return pa.float64() if {first, second} <= numbers else pa.string()


def _array(values: list[Any], type_: Any) -> Any:
    import pyarrow as pa

    return pa.array([*map(cell_text, values)] if type_ == pa.string() else values, type_)


def _added_types() -> dict[str, Any]:
    import pyarrow as pa

    numbers = {"probability", "negative", "neutral", "positive"}
    return {
        name: pa.float64()
        if name in numbers
        else pa.bool_()
        if name == "confident"
        else pa.string()
        for name in ADDED
    }


def _groups(tables: Iterable[Any]) -> Iterator[list[Any]]:
    group: list[Any] = []
    for table in tables:
        group.append(table)
        if sum(map(len, group)) >= _GROUP_ROWS:
            yield group
            group = []
    if group:
        yield group
