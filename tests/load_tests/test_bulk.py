from pathlib import Path

from load_tests.bulk.__main__ import Compared, comparison_table, memory_table, runs_table
from load_tests.bulk.rows import distinct_texts, read_texts, repeated_texts, write_rows
from load_tests.bulk.runs import CommandRun

TEXTS = ["late again", "lovely", "the crew was kind", "late again"]


def test_rows_repeat_the_texts_in_their_order() -> None:
    assert list(repeated_texts(TEXTS[:2], 3)) == ["late again", "lovely", "late again"]


def test_distinct_rows_differ_and_keep_their_length() -> None:
    found = list(distinct_texts(TEXTS, 12))
    assert len(set(found)) == 12
    assert found[:3] == TEXTS[:3]
    assert {len(text.split()) for text in found} <= {1, 2, 4}
    assert found == list(distinct_texts(TEXTS, 12))


def test_rows_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    write_rows(path, iter(["a, b", "two\nlines"]))
    assert read_texts([str(path)]) == ["a, b", "two\nlines"]


def test_tables_have_rates_and_ratios() -> None:
    run = CommandRun(rows=1_000_000, distinct=250_000, seconds=40.0, peak_mib=512.4)
    table = runs_table([("baseline", "repeated", run)])
    assert "| baseline | 1,000,000 repeated | 250,000 | 40.0 | 25,000 | 60 | 512 |" in table
    assert "| 1,000,000 | 250,000 | 40.0 | 512 |" in memory_table([run])
    compared = comparison_table(
        Compared([270, 90, 280], [300, 310, 290]), {"distinct": Compared([3000], [1000])}
    )
    assert "| distilbert, against two scorers without HTTP | 270 | 300 | 0.90 |" in compared
    assert "| baseline, distinct, against /predict_batch | 3,000 | 1,000 | 3.00 |" in compared
