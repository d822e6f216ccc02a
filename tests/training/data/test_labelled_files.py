import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from training.data.data_options import DataOptions
from training.data.labelled_files import load_labelled
from training.data.sources import Tweets
from training.data.survey import Survey
from training.errors import DataError

PRAISE = "The crew of flight {} was lovely"
BLAME = "The crew of flight {} was rude"


def write(
    folder: Path,
    rows: Iterable[Sequence[object]],
    header: str = "",
    separator: str = ",",
    name: str = "own.csv",
) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        if header:
            writer.writerow(header.split(separator))
        writer.writerows(rows)
    return path


def two_classes(positive: object, negative: object, rows: int = 60) -> list[tuple[str, object]]:
    return [
        (PRAISE.format(row), positive) if row % 2 else (BLAME.format(row), negative)
        for row in range(rows)
    ]


def load(path: Path, **options: str) -> tuple[Tweets, Survey]:
    return load_labelled(str(path), DataOptions.model_validate(options))


def assert_two_classes(tweets: Tweets) -> None:
    assert len(tweets) == 60
    assert tweets.labels.dtype == np.int8
    lovely = ["lovely" in text for text in tweets.texts]
    assert tweets.labels.tolist() == [POSITIVE if praise else NEGATIVE for praise in lovely]
    assert tweets.shares is None


@pytest.mark.parametrize(
    ("positive", "negative"),
    [
        *[(1, 0), ("1.0", "0.0"), (1, -1), ("pos", "neg"), ("Positive", "NEGATIVE")],
        *[("positif", "négatif"), (4, 0), ("4.0", "0"), ("true", "False"), ("+", "-")],
    ],
)
@pytest.mark.parametrize("header", ["", "content,target", "Kommentar,Bewertung"])
def test_usual_spellings_of_labels_are_recognised(
    positive: object, negative: object, header: str, tmp_path: Path
) -> None:
    tweets, survey = load(write(tmp_path, two_classes(positive, negative), header))
    assert_two_classes(tweets)
    assert len(survey.meanings) == 2
    assert sum(meaning.endswith(": positive") for meaning in survey.meanings) == 1
    ((_, described),) = survey.files.items()
    assert ("no header" in described) == (not header)


@pytest.mark.parametrize("header", ["", "0;1;2", "id;label;tweet"])
def test_the_columns_may_stand_in_another_order(header: str, tmp_path: Path) -> None:
    rows = [(900 + row, label, text) for row, (text, label) in enumerate(two_classes(1, 0))]
    assert_two_classes(load(write(tmp_path, rows, header if "id" in header else "", ";"))[0])


def test_named_columns_and_values_go_before_the_usual_ones(tmp_path: Path) -> None:
    rows = [(text, "a note", 0, label) for text, label in two_classes("ja", "nein")]
    path = write(tmp_path, rows, "Satz,text,label,gut")
    tweets, survey = load(
        path, text_column="Satz", label_column="Gut", positive="ja", negative="nein"
    )
    assert_two_classes(tweets)
    assert survey.meanings == ["nein: negative", "ja: positive"]
    assert survey.files == {str(path): "CSV, UTF-8; text: Satz, label: gut"}


def test_typed_columns_are_read(tmp_path: Path) -> None:
    rows = [{"text": text, "label": label} for text, label in two_classes(True, False)]
    parquet = tmp_path / "own.parquet"
    pq.write_table(pa.Table.from_pylist(rows), parquet)
    assert_two_classes(load(parquet)[0])
    lines = tmp_path / "own.jsonl"
    lines.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert_two_classes(load(lines)[0])


def test_neutral_rows_become_shares_of_three_classes(tmp_path: Path) -> None:
    rows = [*two_classes("positive", "negative"), *[(f"Gate {n}", "neutral") for n in range(20)]]
    tweets, survey = load(write(tmp_path, rows, "text,label"))
    assert survey.labels == {"positive": 30, "negative": 30, "neutral": 20}
    assert tweets.shares is not None
    columns = np.array([NEGATIVE, NEUTRAL, POSITIVE])
    assert columns[tweets.shares.argmax(axis=1)].tolist() == tweets.labels.tolist()
    assert tweets.shares.sum(axis=1).tolist() == [1.0] * 80


def test_few_neutral_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = [*two_classes(1, -1), *[(f"Gate {n} is open", 0) for n in range(19)]]
    tweets, survey = load(write(tmp_path, rows, "text,label"))
    assert_two_classes(tweets)
    assert survey.dropped == {"neutral, fewer than 20": 19}
    assert (survey.read, survey.kept) == (79, 60)


@pytest.mark.parametrize(
    "ratings", ["[2, 1, 0, -1]", "2 1 0 -1", "2;1;0;-1", [2, 1, 0, -1], [2.0, 1.0, 0.0, -1.0]]
)
def test_ratings_of_several_raters_become_shares(ratings: object, tmp_path: Path) -> None:
    rows = [{"text": f"Gate {n} is open", "ratings": ratings} for n in range(3)]
    path = tmp_path / "own.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    tweets, survey = load(path, rating_column="ratings")
    assert tweets.shares is not None
    assert tweets.shares.tolist() == [[0.25, 0.25, 0.5]] * 3
    assert tweets.labels.tolist() == [POSITIVE] * 3
    assert survey.meanings == ["ratings from -2 to 2, neutral at 0"]


@pytest.mark.parametrize(
    ("ratings", "labels"),
    [
        ([1, 2, 3, 4, 5], [NEGATIVE, NEGATIVE, NEUTRAL, POSITIVE, POSITIVE]),
        ([-4, -0.3, 0.3, 0.4], [NEGATIVE, NEUTRAL, NEUTRAL, POSITIVE]),
        ([0, 0.4, 0.5, 0.6, 1], [NEGATIVE, NEGATIVE, NEUTRAL, POSITIVE, POSITIVE]),
        ([1, 5, 6, 10], [NEGATIVE, NEGATIVE, POSITIVE, POSITIVE]),
    ],
)
def test_a_number_is_rated_on_its_scale(
    ratings: list[float], labels: list[int], tmp_path: Path
) -> None:
    rows = [(f"Gate {n} is open", rating) for n, rating in enumerate(ratings)]
    tweets, _ = load(write(tmp_path, rows, "text,stars"), rating_column="stars")
    assert tweets.labels.tolist() == labels


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([*two_classes(1, 0), ("Gate 7", "NaN")], {}, "line 62: no label. Fill in the label"),
        ([*two_classes(1, 0), ("", 1)], {}, "line 62: an empty text"),
        ([*two_classes(1, 0), ("Gate 7", 7)], {}, "line 62: the label '7' of the column label"),
        (two_classes("pos", "meh"), {}, "line 2: the label 'meh' of the column label is unknown"),
        (
            [*two_classes(1, 0), ("a long story " * 100, 1)],
            {},
            "line 62: a text of more than 1,000 characters. It has 1,300",
        ),
        (two_classes(1, 2), {}, "values 1, 2 of the column label have no clear meaning"),
        (two_classes(1, 0), {"positive": "1", "negative": "1"}, "share the value '1'"),
        (two_classes(1, 0), {"label_column": "y"}, "has no column 'y' for --label-column"),
        (two_classes(1, 70), {"rating_column": "label"}, "go from 1 to 70"),
        (two_classes(1, "x"), {"rating_column": "label"}, "line 2: no rating"),
        (two_classes(1, 0), {"rating_column": "label", "label_column": "label"}, "not both"),
    ],
)
def test_rows_and_values_without_meaning_are_errors_with_line_or_remedy(
    rows: list[tuple[str, object]], options: dict[str, str], message: str, tmp_path: Path
) -> None:
    path = write(tmp_path, rows, "text,label")
    with pytest.raises(DataError) as caught:
        load(path, **options)
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_without_labels_names_its_columns_and_a_rating(tmp_path: Path) -> None:
    path = write(tmp_path, [(f"Gate {n} is open", n % 5) for n in range(40)], "review,stars")
    with pytest.raises(DataError, match="--label-column, or give --rating-column stars; the col"):
        load(path)


@pytest.mark.parametrize("columns", ["label,text", "text,label"])
def test_a_quoted_text_that_holds_a_row_is_an_error(columns: str, tmp_path: Path) -> None:
    order = 1 if columns.startswith("text") else -1
    lines = [",".join([text, str(label)][::order]) for text, label in two_classes(1, 0)]
    # Two stray quotes that make the text between them a field of valid CSV.
    if order < 0:
        lines[10], lines[12] = lines[10].replace(",", ',"'), lines[12] + '"'
    else:
        lines[10], lines[12] = '"' + lines[10], lines[12].replace(",", '",')
    path = tmp_path / "own.csv"
    path.write_text("\n".join([columns, *lines]), encoding="utf-8")
    with pytest.raises(DataError, match="line 12: a quoted text that holds another row"):
        load(path)


def test_a_text_of_several_lines_is_no_error(tmp_path: Path) -> None:
    rows = [(f"{text},\nthank you, all,\n1st of May", label) for text, label in two_classes(1, 0)]
    assert len(load(write(tmp_path, rows, "text,label"))[0]) == 60


def test_skipped_rows_are_counted_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [*two_classes(1, 0), ("", 1), ("Gate 7", "NaN"), ("Gate 8", 7)]
    path = write(tmp_path, rows, "text,label")
    with path.open("a") as file:
        file.write('"cut o')
    tweets, survey = load(path, on_bad_rows="skip")
    assert_two_classes(tweets)
    assert (survey.read, survey.kept) == (64, 60)
    assert survey.dropped == {
        "an empty text": 1,
        "no label": 1,
        "the label '7' of the column label is unknown": 1,
        "a quote opens here and is never closed": 1,
    }
    kept = list(csv.reader((tmp_path / "bad_rows.csv").read_text("utf-8").splitlines()))
    assert sorted(int(line) for _, line, _, _ in kept[1:]) == [62, 63, 64, 65]
    assert {row[0] for row in kept[1:]} == {str(path)}
    assert survey.side_file == "bad_rows.csv"


def test_the_survey_names_the_longest_text_and_the_languages(tmp_path: Path) -> None:
    french = [("Vol annulé, aucune information, service catastrophique", 0)] * 20
    tweets, survey = load(write(tmp_path, [*two_classes(1, 0), *french], "text,label"))
    assert survey.longest == (54, f"{tmp_path / 'own.csv'}, line 62")
    assert survey.languages == pytest.approx({"en": 0.75, "fr": 0.25})
    assert survey.labels == {"negative": 50, "positive": 30}
    assert len(tweets) == 80


def test_a_folder_is_one_data_set(tmp_path: Path) -> None:
    write(tmp_path, two_classes(1, 0)[:30], "text,label", name="a.csv")
    write(tmp_path, [(n, t) for t, n in two_classes(1, 0)[30:]], "y;tweet", ";", name="b.csv")
    (tmp_path / "notes.docx").touch()
    tweets, survey = load(tmp_path)
    assert_two_classes(tweets)
    assert len(survey.files) == 2
    assert survey.ignored == [str(tmp_path / "notes.docx")]
