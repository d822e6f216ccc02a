from pathlib import Path

import pytest

from training.errors import TrainingError
from training.markdown import markdown_table, replace_between

BEGIN, END = "<!-- begin -->", "<!-- end -->"


def test_columns_after_the_text_columns_align_right() -> None:
    rows = [["films", "12", "0.5"]]
    assert markdown_table(["source", "rows", "share"], rows).splitlines() == [
        "| source | rows | share |",
        "| --- | ---: | ---: |",
        "| films | 12 | 0.5 |",
    ]
    assert "| --- | --- | ---: |" in markdown_table(["source", "rows", "share"], rows, 2)


def test_text_between_the_marking_lines_is_replaced(tmp_path: Path) -> None:
    document = tmp_path / "drift.md"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    replace_between(document, BEGIN, END, "newer")
    replace_between(document, BEGIN, END, "new")
    assert document.read_text() == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


@pytest.mark.parametrize("content", ["nothing", f"{BEGIN}\n", f"{BEGIN}\n{BEGIN}\n{END}\n"])
def test_a_document_without_both_marking_lines_stays_as_it_is(content: str, tmp_path: Path) -> None:
    document = tmp_path / "drift.md"
    document.write_text(content)
    with pytest.raises(TrainingError, match="needs one line"):
        replace_between(document, BEGIN, END, "table")
    assert document.read_text() == content
