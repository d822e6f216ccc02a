"""Columns and formats of the output."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from training.data.files.table import open_tables
from training.scoring.answer_columns import ADDED, AnsweringModel, answer_columns, kept_names
from training.scoring.parquet_format import ParquetFormat, column_types
from training.scoring.row_formats import DelimitedFormat, JsonLinesFormat, RowFormat
from training.scoring.scored_texts import DOUBT_CODES, ScoredTexts

MODEL = AnsweringModel("baseline", "v1")


def answers(size: int) -> dict[str, list[Any]]:
    scored = ScoredTexts.empty(size)
    scored.labels[:] = 1
    scored.probabilities[:] = np.float32(0.964049)
    scored.readers[:] = [0.019252, 0.033399, 0.94735]
    scored.doubts[0] = DOUBT_CODES.index("band")
    return answer_columns(scored, MODEL)


def written(format_: RowFormat, *parts: list[dict[str, Any]]) -> bytes:
    file = io.BytesIO()
    format_.join([format_.encode(rows, answers(len(rows))) for rows in parts], file)
    return file.getvalue()


def test_an_input_column_with_the_name_of_an_added_column_gets_a_prefix() -> None:
    assert kept_names(["text", "label"]) == {"text": "text", "label": "input_label"}
    names = kept_names(["label", "input_label"])
    assert names == {"label": "input_input_label", "input_label": "input_label"}


def test_numbers_have_the_six_digits_of_the_service() -> None:
    columns = answers(2)
    assert columns["probability"] == [0.964049, 0.964049]
    assert columns["negative"] == [0.019252, 0.019252]
    assert columns["confident"] == [False, True]
    assert columns["doubt"] == ["band", None]


def test_a_model_of_two_classes_has_no_readers() -> None:
    scored = ScoredTexts.empty(2)
    scored.readers[:] = np.nan
    columns = answer_columns(scored, MODEL)
    assert columns["neutral"] == [None, None]


@pytest.mark.parametrize("text", ["a, b", 'said "no"', "two\nlines", "a\rb", "tab\there", "é 😡"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_csv_gives_any_text_back(text: str, separator: str) -> None:
    format_ = DelimitedFormat(["id", "text"], separator, has_texts_alone=True)
    content = written(format_, [{"id": "1", "text": text}], [{"id": "2", "text": text}])
    header, *rows = csv.reader(
        io.StringIO(content.decode(), newline=""), delimiter=separator, strict=True
    )
    assert header == ["id", "text", *ADDED]
    assert [row[:2] for row in rows] == [["1", text], ["2", text]]
    assert rows[0][2:8] == ["positive", "0.964049", "0.019252", "0.033399", "0.94735", "false"]


def test_csv_writes_values_of_json_as_json() -> None:
    row = {"text": "late", "n": 3, "share": 0.5, "flag": True, "tags": ["a", "b"], "none": None}
    content = written(DelimitedFormat(list(row), ",", has_texts_alone=False), [row])
    values = list(csv.reader(io.StringIO(content.decode(), newline="")))[1]
    assert values[:6] == ["late", "3", "0.5", "true", '["a", "b"]', ""]


def test_json_lines_keep_types_and_the_keys_of_each_row() -> None:
    rows: list[dict[str, Any]] = [
        {"text": "late", "n": 3, "tags": ["a"], "label": None},
        {"text": "é", "at": datetime(2026, 1, 2, tzinfo=UTC)},
    ]
    first, second = map(json.loads, written(JsonLinesFormat(), rows).decode().splitlines())
    assert list(first) == ["text", "n", "tags", "input_label", *ADDED]
    assert (first["n"], first["tags"], first["input_label"]) == (3, ["a"], None)
    assert (first["confident"], second["confident"]) == (False, True)
    assert second["at"] == "2026-01-02 00:00:00+00:00"


def test_parquet_keeps_the_types_of_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "text": ["late", "lovely"],
            "at": pa.array([1, None], pa.timestamp("ms")),
            "n": pa.array([1, 2], pa.int16()),
            "tags": pa.array([["a"], []], pa.list_(pa.string())),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    tables, _ = open_tables(str(tmp_path / "in.parquet"))
    content = written(ParquetFormat(column_types(tables)), table.to_pylist())
    found = pq.read_table(io.BytesIO(content))
    assert found.select(["text", "at", "n", "tags"]).equals(table)
    assert found.schema.field("confident").type == pa.bool_()
    assert found["probability"].to_pylist() == [0.964049, 0.964049]


def test_parquet_takes_the_types_of_json(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"text": "late", "n": 1, "x": 1, "mixed": 1, "big": 2**70, "none": None},
        {"text": "rude", "n": 2, "x": 0.5, "mixed": "a", "new": True, "list": [1]},
    ]
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "broken\n")
    tables, _ = open_tables(str(path))
    found = pq.read_table(io.BytesIO(written(ParquetFormat(column_types(tables)), rows)))
    assert found["n"].type == pa.int64()
    assert found["x"].to_pylist() == [1.0, 0.5]
    assert found["mixed"].to_pylist() == ["1", "a"]
    assert found["big"].to_pylist() == [str(2**70), None]
    assert found["new"].to_pylist() == [None, True]
    assert found["list"].to_pylist() == [None, "[1]"]


def test_parquet_joins_parts_in_row_groups() -> None:
    format_ = ParquetFormat({"n": pa.int64()})
    content = written(format_, *([{"n": part}] * 4096 for part in range(20)))
    file = pq.ParquetFile(io.BytesIO(content))
    assert file.metadata.num_row_groups == 2
    assert file.read()["n"].to_pylist() == [part for part in range(20) for _ in range(4096)]
