"""Small files of tweets in each format, and the tables that a reader makes of them."""

import csv
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from training.data.files.bad_rows import BadRows
from training.data.files.table import Table, open_tables

TWEETS = [("Lovely crew, thank you", "positive"), ('"Late" again; why?', "negative"), ("a", "b")]
PLAIN = "text,label\nLovely crew,1\nLate again,0\nNice seat,1\n"


def write(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def delimited(separator: str, *, header: bool = True) -> str:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator)
    writer.writerows([("text", "label"), *TWEETS] if header else TWEETS)
    return file.getvalue()


def parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{"text": t, "label": n} for t, n in TWEETS]), file)
    return file.getvalue()


def zipped(members: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def only(path: Path | str) -> Table:
    (table,) = open_tables(str(path))[0]
    return table


def values(table: Table) -> list[tuple[object, ...]]:
    return [tuple(row.values.values()) for row in table.rows(BadRows())]
