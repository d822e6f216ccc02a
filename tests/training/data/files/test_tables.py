import csv
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.data_files import PLAIN, TWEETS, delimited, only, parquet, values, write, zipped
from training.data.files.bad_rows import BadRows
from training.data.files.row import Row
from training.data.files.table import open_tables
from training.data.files.text_column import text_column
from training.errors import DataError


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.csv", delimited(","), "CSV"),
        ("A.CSV", delimited(","), "CSV"),
        ("a.tsv", delimited("\t"), "TSV"),
        ("a.csv", delimited(";"), "CSV with semicolons"),
        ("a.csv", "sep=;\r\n" + delimited(";"), "CSV with semicolons"),
        ("a.csv", delimited("|"), "CSV with |"),
        ("a.csv", delimited(",").replace("\r\n", "\r"), "CSV"),
        (
            "a.jsonl",
            "".join(json.dumps({"text": t, "label": n}) + "\n" for t, n in TWEETS),
            "JSON Lines",
        ),
        ("a.parquet", parquet(), "Parquet"),
        ("a.csv", gzip.compress(delimited(",").encode(), mtime=0), "CSV"),
        ("a.csv.GZ", gzip.compress(delimited(",").encode(), mtime=0), "CSV"),
        ("a.parquet.gz", gzip.compress(parquet(), mtime=0), "Parquet"),
        ("a.ZIP", zipped({"b/A.CSV": delimited(","), "__MACOSX/b/._A.CSV": "\0\0"}), "CSV"),
    ],
)
def test_each_format_is_read_with_its_columns(
    name: str, content: str | bytes, form: str, tmp_path: Path
) -> None:
    table = only(write(tmp_path, name, content))
    assert (table.format, table.columns, table.has_header) == (form, ["text", "label"], True)
    assert values(table) == TWEETS
    assert text_column(table) == "text"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_without_header_has_numbered_columns(separator: str, tmp_path: Path) -> None:
    table = only(write(tmp_path, "a.csv", delimited(separator, header=False)))
    assert (table.columns, table.has_header) == (["1", "2"], False)
    assert values(table) == TWEETS


@pytest.mark.parametrize("heading", ["Kommentar;Bewertung", "Texte du tweet;Note", "x;Y"])
def test_a_header_of_unknown_words_is_no_row(heading: str, tmp_path: Path) -> None:
    rows = "Sehr nett;1\nZu spät;0\nGut so;1\nNie wieder;0\nganz ok;1\n"
    table = only(write(tmp_path, "a.csv", f"{heading}\n{rows}"))
    assert table.columns == heading.split(";")
    assert len(values(table)) == 5


@pytest.mark.parametrize(
    ("encoding", "text", "name"),
    [
        ("utf-8", "😡 it\u2019s café", "UTF-8"),
        ("utf-8-sig", "😡 it\u2019s café", "UTF-8 with byte order mark"),
        ("utf-16", "😡 it\u2019s café", "UTF-16"),
        ("cp1252", "it\u2019s café, 5 €", "Windows-1252"),
        ("latin-1", "caf\xe9 \x81", "Latin-1"),
    ],
)
def test_the_encoding_is_found(encoding: str, text: str, name: str, tmp_path: Path) -> None:
    # The first character of another encoding is beyond the first chunk that is read.
    rows = "plain text;1\n" * 100_000 + f"{text};0\n"
    table = only(write(tmp_path, "a.csv", f"text;label\n{rows}", encoding))
    assert table.encoding == name
    assert values(table)[-1] == (text, "0")


def test_damaged_utf_8_is_no_other_encoding(tmp_path: Path) -> None:
    rows = "".join(f"été {number},1\n" for number in range(5)).encode()
    path = write(tmp_path, "a.csv", b"text,label\n" + rows + b"caf\xe9,0\n" + rows)
    with pytest.raises(DataError, match=r"a\.csv, line 7: bytes that are not UTF-8"):
        values(only(path))


def test_sentiment140_in_another_encoding_than_utf_8_is_latin_1(tmp_path: Path) -> None:
    content = '"0","1","d","q","u","caf\xe9 \x92"\n' + '"4","1","d","q","u","é"\n' * 9
    path = write(tmp_path, "a.csv", content, "latin-1")
    table = only(path)
    assert (table.is_sentiment140, table.encoding) == (True, "Latin-1")
    assert values(table)[0][-1] == "caf\xe9 \x92"
    path.write_bytes('"0","1","d","q","u","😡 it\u2019s"\n'.encode())
    assert only(path).encoding == "UTF-8"


def test_a_folder_and_a_glob_are_read_in_order(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "_SUCCESS", ".a.csv.crc", "c.docx", "bad_rows.csv"):
        write(tmp_path / "data", name, PLAIN)
    tables, ignored = open_tables(str(tmp_path / "data"))
    assert [Path(table.name).name for table in tables] == ["a.csv", "b.csv"]
    names = [".a.csv.crc", "_SUCCESS", "bad_rows.csv", "c.docx"]
    assert [Path(name).name for name in ignored] == names
    tables, _ = open_tables(str(tmp_path / "d*" / "[b].csv"))
    assert [Path(table.name).name for table in tables] == ["b.csv"]
    with pytest.raises(DataError, match="holds no data file"):
        open_tables(str(tmp_path / "*.nothing"))
    with pytest.raises(DataError, match="does not exist"):
        open_tables(str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("id,Tweet text,Tweet permalink,lang", "Tweet text"),
        ("tweet_id,tweetText,x,y", "tweetText"),
        ("a,Le commentaire du client,b,c", "Le commentaire du client"),
        ("tweet,text,a,b", "text"),
        ("alpha,beta,gamma,delta", "beta"),
    ],
)
def test_the_text_column_is_found_by_name_or_by_values(
    header: str, column: str, tmp_path: Path
) -> None:
    rows = "".join(f"{n},flight {n} is late,https://x.example/{n},en\n" for n in range(9))
    assert text_column(only(write(tmp_path, "a.csv", f"{header}\n{rows}"))) == column


def test_a_word_of_a_heading_in_the_rows_makes_no_header(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "".join(f"lovely crew {n},1,review\n" for n in range(9)))
    table = only(path)
    assert (table.has_header, len(values(table))) == (False, 9)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_stray_quote_in_the_first_row_hides_no_separator(separator: str, tmp_path: Path) -> None:
    rows = [f"lovely crew {n}{separator}1\n" for n in range(9)]
    path = write(tmp_path, "a.csv", f'text{separator}label\n"' + "".join(rows))
    table = only(path)
    assert (table.separator, table.columns) == (separator, ["text", "label"])
    with pytest.raises(DataError, match="line 2: a quote opens here"):
        values(table)


def test_files_of_a_folder_without_rows_are_named(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", PLAIN)
    write(tmp_path, "b.csv", "")
    empty = write(tmp_path, "c.csv", "text,label\n")
    tables, ignored = open_tables(str(tmp_path))
    assert len(tables) == 1
    assert ignored[1] == f"{empty} (no rows)"


def test_an_unclear_text_column_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "a,b\n" + "".join(f"one {n},two {n}\n" for n in range(9)))
    with pytest.raises(DataError, match="Name it with --text-column; the columns are 1, 2"):
        text_column(only(path))
    with pytest.raises(DataError, match="no column 'c' for --text-column: its columns are 1, 2"):
        text_column(only(path), "c")
    assert text_column(only(path), "2") == "2"


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"))
ROWS = st.lists(st.tuples(TEXT, st.sampled_from(["0", "1"])), min_size=1, max_size=20)


@settings(deadline=None, max_examples=60)
@given(ROWS, st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_a_csv_writer_writes_is_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str]],
    separator: str,
    encoding: str,
) -> None:
    path = tmp_path_factory.getbasetemp() / "round_trip.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows([("text", "label"), *rows])
    assert values(only(path)) == rows


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_what_a_json_writer_writes_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "round_trip.jsonl"
    lines = [json.dumps({"text": text, "label": label}) for text, label in rows]
    path.write_text("\n".join(["{}", *lines]), encoding="utf-8")
    read = list(only(path).rows(BadRows()))[1:]
    assert read == [
        Row(number, {"text": text, "label": label})
        for number, (text, label) in enumerate(rows, start=2)
    ]
