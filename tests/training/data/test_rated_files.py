"""Splits of files with three classes."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from training.data.data_options import DataOptions
from training.data.rated_splits import combine
from training.data.selection import EMBEDDED, load_sided_splits, load_splits
from training.data.splits import Splits
from training.errors import DataError

WORDS = {"positive": "lovely", "neutral": "open", "negative": "rude"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("own") / "own.csv"
    rows = [
        f"the crew at gate {number} is {word},{label},user{number % 90}"
        for number in range(240)
        for label, word in list(WORDS.items())[number % 3 : number % 3 + 1]
    ]
    repeated = "the crew at gate 3 is lovely,positive,user3"
    file.write_text("\n".join(["text,label,author", *rows, repeated]))
    return str(file)


@pytest.fixture(scope="module")
def splits(path: str) -> Splits:
    return load_splits(path, None, None, 7)


def test_neutral_rows_are_in_every_part_but_the_sided_ones(splits: Splits) -> None:
    assert splits.rated_validation is not None
    assert splits.rated_test is not None
    for rated, sided in (
        (splits.rated_validation, splits.validation),
        (splits.rated_test, splits.test),
    ):
        counts = Counter(rated.labels.tolist())
        assert all(8 <= counts[label] <= 16 for label in (POSITIVE, NEUTRAL, NEGATIVE))
        of_sides = rated.take(np.flatnonzero(rated.labels != NEUTRAL))
        assert of_sides.texts == sided.texts
        assert sided.shares is None
    assert splits.train.shares is not None
    assert splits.train.shares.shape == (len(splits.train), 3)
    assert splits.duplicates == 1
    total = len(splits.train) + len(splits.rated_validation) + len(splits.rated_test)
    assert total == 240


def test_no_user_of_neutral_rows_is_in_two_parts(splits: Splits) -> None:
    assert splits.rated_validation is not None
    assert splits.rated_test is not None
    users = [
        {int(text.split()[4]) % 90 for text in texts}
        for texts in (splits.train.texts, splits.rated_validation.texts, splits.rated_test.texts)
    ]
    assert sum(map(len, users)) == len(set.union(*users))


def test_the_traffic_of_a_file_is_its_validation_rows(splits: Splits) -> None:
    assert splits.rated_validation is not None
    assert splits.traffic.texts == splits.rated_validation.texts


def test_sided_splits_have_no_neutral_row(path: str) -> None:
    sided = load_sided_splits(path, None, None, 7)
    assert sided.train.shares is None
    assert set(sided.train.labels.tolist()) == {POSITIVE, NEGATIVE}


def test_a_balanced_sample_has_equally_many_rows_of_each_label(path: str) -> None:
    sample = load_splits(path, None, 150, 7)
    assert sample.rated_validation is not None
    assert sample.rated_test is not None
    labels = [
        *sample.train.labels.tolist(),
        *sample.rated_validation.labels.tolist(),
        *sample.rated_test.labels.tolist(),
    ]
    assert Counter(labels) == {POSITIVE: 50, NEUTRAL: 50, NEGATIVE: 50}


def test_rated_texts_join_files_of_three_classes(path: str, splits: Splits, tmp_path: Path) -> None:
    others = tmp_path / "others.csv"
    others.write_text(Path(path).read_text().replace("gate", "desk").replace(",user", ",desk"))
    joined = combine(splits, load_splits(str(others), None, None, 8), 2, 0.9, 7)
    assert joined.rated_validation is not None
    assert splits.rated_validation is not None
    own = len(splits.rated_validation)
    assert joined.rated_validation.texts[:own] == splits.rated_validation.texts
    assert len(joined.rated_validation) > 1.9 * own
    own = len(splits.train)
    assert joined.train.texts[:own] == splits.train.texts
    assert joined.train.shares is not None
    assert splits.train.shares is not None
    np.testing.assert_array_equal(joined.train.shares[:own], splits.train.shares)
    assert set(Counter(joined.train.texts[own:]).values()) == {2}


def test_rows_for_training_alone_get_the_classes_of_the_data(path: str, tmp_path: Path) -> None:
    two_classes = tmp_path / "two.csv"
    two_classes.write_text(
        "text,label\n"
        + "".join(f"flight {n} was {'good' if n % 2 else 'bad'},{n % 2}\n" for n in range(200))
    )
    both = load_splits(path, str(two_classes), None, 7)
    assert both.train.shares is not None
    assert len(both.train.shares) == len(both.train.texts)
    assert [survey.place for survey in both.surveys] == [path, str(two_classes)]
    without_neutral = load_splits(str(two_classes), path, None, 7)
    assert without_neutral.train.shares is None
    assert set(without_neutral.train.labels.tolist()) == {POSITIVE, NEGATIVE}


def test_options_of_files_are_refused_for_the_embedded_data() -> None:
    with pytest.raises(DataError, match="belong to files in --data"):
        load_splits(EMBEDDED, None, None, 7, options=DataOptions(text_column="text"))
