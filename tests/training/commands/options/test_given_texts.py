"""Texts of arguments, files and tables for ``python -m training predict``."""

from pathlib import Path

import pytest

from training.commands.options.given_texts import read_texts
from training.data.files.bad_rows import BadRows
from training.errors import DataError


def texts_of(*given: str, column: str | None = None, bad_rows: BadRows | None = None) -> list[str]:
    return list(read_texts(given, column, bad_rows or BadRows()))


def test_a_text_is_trimmed_and_a_file_has_one_text_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = 'The crew was lovely\r\n\r\n  Vol annulé, plus jamais, "vraiment"  \n\U0001f621'
    (tmp_path / "tweets.txt").write_bytes(lines.encode())
    (tmp_path / "tweets").write_bytes("annulé\n".encode("utf-16"))
    assert texts_of("  late again ", "tweets.txt", "tweets") == [
        "late again",
        "The crew was lovely",
        'Vol annulé, plus jamais, "vraiment"',
        "\U0001f621",
        "annulé",
    ]


def test_a_table_has_a_column_of_texts(tmp_path: Path) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text('id;Tweet text;note\n1;"late; again";x y z\n2;lovely;x y\n', encoding="cp1252")
    assert texts_of(str(path)) == ["late; again", "lovely"]
    assert texts_of(str(path), column="note") == ["x y z", "x y"]
    with pytest.raises(DataError, match="has no column 'remark' for --text-column"):
        texts_of(str(path), column="remark")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('2,""', "line 3: there is no text. Write a text, or leave such rows out with --on-bad-r"),
        (f"2,{'x' * 1001}", "line 3: the text has 1,001 characters, and models answer up to 1,000"),
        ('2,"unclosed', "line 3: a quote opens here and is never closed"),
    ],
)
def test_a_row_without_a_usable_text_is_an_error_with_its_line_or_goes_to_a_file(
    row: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text(f"id,text\n1,The crew was lovely\n{row}\n")
    with pytest.raises(DataError, match=message):
        texts_of(str(path))
    with BadRows("skip", tmp_path / "bad_rows.csv") as bad_rows:
        assert texts_of(str(path), bad_rows=bad_rows) == ["The crew was lovely"]
    assert bad_rows.counts.total() == 1
    assert len((tmp_path / "bad_rows.csv").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nowhere.csv", "nowhere.csv does not exist: give a file, or a text in quotation marks"),
        ("", "the text '' cannot be answered: there is no text"),
        (" \t", "cannot be answered: there is no text"),
        ("x" * 5000, "the text has 5,000 characters"),
        ("late \udcff", "the text has bytes that are not UTF-8"),
    ],
)
def test_an_argument_that_no_model_answers_is_an_error(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        texts_of(text)


def test_a_sentence_that_ends_like_a_file_is_a_text() -> None:
    assert texts_of("why is my list a.csv") == ["why is my list a.csv"]
