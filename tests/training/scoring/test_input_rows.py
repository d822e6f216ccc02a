"""The rows to be scored: their texts, their parts, and bad rows."""

import gzip
import io
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from training.errors import DataError
from training.scoring.input_rows import InputRows

ROWS = 'id,text\n1, lovely crew \n2,\n3,"late\nagain"\n4,"stray\n5,rude staff\n'


def test_texts_are_trimmed_and_bad_rows_have_line_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text(ROWS + f"6,{'x' * 1001}\n")
    (part,) = InputRows.open(str(path), None).parts("skip")
    assert part.texts == ["lovely crew", "late\nagain", "rude staff"]
    assert part.rows[0] == {"id": "1", "text": " lovely crew "}
    assert [(file, line) for file, line, *_ in part.bad_rows] == [
        (str(path), line) for line in ("3", "6", "8")
    ]
    reasons = [cells[2] for cells in part.bad_rows]
    assert reasons[0] == "there is no text"
    assert "a quote opens here" in reasons[1]
    assert "1,001 characters" in reasons[2]


def test_a_bad_row_is_an_error_by_default(tmp_path: Path) -> None:
    (tmp_path / "tweets.csv").write_text(ROWS)
    rows = InputRows.open(str(tmp_path / "tweets.csv"), None)
    with pytest.raises(DataError, match=r"line 3: there is no text"):
        list(rows.parts("error"))


def test_parts_have_a_fixed_number_of_rows_with_the_bad_rows(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        lines = "".join(f"{n},late {n}\n" for n in range(5))
        (tmp_path / name).write_text(f"id,text\n{lines}9,\n")
    parts = list(InputRows.open(str(tmp_path), None).parts("skip", size=4))
    assert [len(part.texts) for part in parts] == [4, 3, 3]
    assert [len(part.bad_rows) for part in parts] == [0, 1, 1]
    assert [part.lines for part in parts] == [5, 10, 14]


def test_bad_rows_alone_fill_parts(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,late\n2,rude\n" + "3,a,b\n" * 10)
    parts = list(InputRows.open(str(tmp_path / "a.csv"), None).parts("skip", size=4))
    assert [len(part.bad_rows) for part in parts] == [2, 4, 4]


def test_files_have_the_digest_and_the_lines_of_their_content(tmp_path: Path) -> None:
    content = b"id,text\n1,late\n2,rude\n"
    (tmp_path / "a.csv").write_bytes(content)
    with gzip.open(tmp_path / "b.csv.gz", "wb") as file:
        file.write(content)
    table = pa.table({"text": ["late", "rude"]})
    pq.write_table(table, tmp_path / "c.parquet")
    plain, packed, parquet = InputRows.open(str(tmp_path), None).files()
    assert plain.sha256 == packed.sha256 != parquet.sha256
    assert (plain.lines, packed.lines, parquet.lines) == (3, 3, 2)


@pytest.mark.parametrize("packed", [False, True])
def test_a_pipe_is_read_once(packed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    content = ROWS.encode().replace(b"rude", b"rud\xe9")
    data = gzip.compress(content) if packed else content
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
    rows = InputRows.open("-", None)
    assert rows.is_stream
    assert rows.files() == []
    (part,) = rows.parts("skip")
    assert part.texts == ["lovely crew", "late\nagain"]
    assert [cells[:2] for cells in part.bad_rows] == [
        ("the standard input", line) for line in ("3", "6", "7")
    ]
    assert "bytes that are not UTF-8" in part.bad_rows[2][2]


def test_parquet_from_a_pipe_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    pq.write_table(pa.table({"text": ["late"]}), content)
    content.seek(0)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(content)))
    with pytest.raises(DataError, match="which no pipe can give: name the file"):
        InputRows.open("-", None)
