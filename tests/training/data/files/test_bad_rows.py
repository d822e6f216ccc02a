"""Rows and files that cannot be read are errors with their line and remedy, or are kept apart."""

import bz2
import csv
import gzip
from pathlib import Path

import pytest

from tests.support.data_files import PLAIN, only, parquet, values, write, zipped
from training.data.files.bad_rows import BadRows
from training.errors import DataError


def swallowing(second: int | None) -> str:
    """360 rows; the text of line 41, and of line ``second``, begins with a stray quote."""
    quotes = {41: '"', second: '"'}
    return "".join(
        f"{4 * (line % 2)},{line},d,q,u{line},{quotes.get(line, '')}tweet number {line}\n"
        for line in range(1, 361)
    )


@pytest.mark.parametrize(
    ("content", "line", "fault", "remedy"),
    [
        (swallowing(None), 41, "a quote opens here and is never closed", "double the quotes"),
        (swallowing(241), 41, "text follows a closing quote", "double the quotes"),
        (PLAIN + '"cut o', 5, "a quote opens here and is never closed", "get it again"),
        (PLAIN + '"say \\"hi\\" now",1\n', 5, 'a quote is escaped as \\"', "in Spark"),
        (PLAIN + '"it ends in \\"",1\n"a",1\n', 5, 'a quote is escaped as \\"', "in Spark"),
        (PLAIN + '"one \\", two",1\n', 5, 'a quote is escaped as \\"', "in Spark"),
        (PLAIN + "Late, again,0\n", 5, "3 columns where 2 are expected", "Quote a text"),
        (PLAIN + '"two\nlines",1\nLate\n', 7, "1 column where 2 are expected", "Complete"),
        (PLAIN + '"' + "a,1\n" * 50_000, 5, "a quote opens here and swallows", "double"),
    ],
)
def test_a_row_that_is_no_strict_csv_is_an_error_with_line_and_remedy(
    content: str, line: int, fault: str, remedy: str, tmp_path: Path
) -> None:
    path = write(tmp_path, "a.csv", content)
    with pytest.raises(DataError) as caught:
        values(only(path))
    message = str(caught.value)
    assert message.startswith(f"{path}, line {line}: {fault}")
    assert remedy in message
    assert message.endswith("or leave such rows out with --on-bad-rows skip")


@pytest.mark.parametrize("second", [None, 241])
def test_a_skipped_quote_costs_its_own_row_alone(second: int | None, tmp_path: Path) -> None:
    table = only(write(tmp_path, "a.csv", swallowing(second)))
    side_file = tmp_path / "bad_rows.csv"
    with BadRows("skip", side_file) as bad_rows:
        rows = list(table.rows(bad_rows))
    lines = {41, second} - {None}
    assert [row.line for row in rows] == [n for n in range(1, 361) if n not in lines]
    assert [row.values["text"] for row in rows[:41]] == [
        f"tweet number {row.line}" for row in rows[:41]
    ]
    kept = list(csv.reader(side_file.read_text(encoding="utf-8").splitlines()))
    assert kept[0] == ["file", "line", "reason", "row"]
    assert [int(row[1]) for row in kept[1:]] == sorted(line for line in lines if line)
    assert kept[1][3] == '4,41,d,q,u41,"tweet number 41'
    assert sum(bad_rows.counts.values()) == len(kept) - 1


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("[1]", "no JSON object"),
        ('{"text": "a"', "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('{"text": "\\ud83d"}', "half an emoji"),
    ],
)
def test_a_line_that_is_no_json_object_is_an_error(line: str, fault: str, tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", f'{{"text": "a", "label": 1}}\n\n{line}\n')
    with pytest.raises(DataError, match=f"a.jsonl, line 3: {fault}"):
        values(only(path))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xlsx", zipped({"xl/workbook.xml": ""}), "save its sheet as CSV"),
        ("a.zip", zipped({"xl/workbook.xml": ""}), "save its sheet as CSV"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1", "save its sheet as CSV"),
        ("a.csv", PLAIN.encode("utf-16-le"), "save it as UTF-8"),
        ("a.csv.bz2", bz2.compress(PLAIN.encode() * 99), "unpack the file"),
        ("a.csv", zipped({"b.csv": PLAIN}), "workbook"),
        ("a.csv", "", "holds no rows"),
        ("a.csv", "text,label\n", "holds no rows"),
        ("a.json", '[{"text": "a"}]', "write one object a line"),
        ("a.parquet", parquet()[:-30], "damaged"),
        ("a.csv.gz", gzip.compress(PLAIN.encode(), mtime=0)[:-9], "damaged or cut short"),
        ("a.zip", zipped({"notes.docx": "a"}), "holds no data file"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_with_remedy(
    name: str, content: str | bytes, message: str, tmp_path: Path
) -> None:
    path = write(tmp_path, name, content)
    with pytest.raises(DataError, match=message) as caught:
        values(only(path))
    assert str(path) in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
