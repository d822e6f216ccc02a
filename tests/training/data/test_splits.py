from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.examples import Examples
from models.text.normalization import normalize_full, normalize_light
from training.data.sources import Tweets
from training.data.splits import Splits, digest, split
from training.errors import DataError

Row = tuple[str, bool, str | None]

# Rows that give every split both labels, whichever rows hypothesis adds.
FILLER: list[Row] = [
    (f"{word} number {number}", number % 2 == 0, None)
    for number, word in enumerate(["crew", "seat", "gate", "bag", "meal", "queue"] * 12)
]
# Few texts in many spellings: equal, equal after light normalisation, equal only as lemmas, empty.
TEXTS = st.sampled_from(
    [
        f"{start} {text}{end}"
        for text in ("The crew was lovely", "Lost bags", "the LOST bag", "flying home", "the of")
        for start in ("", "@anna", "@ben")
        for end in ("", " https://x.example/1", " https://y.example/2", "...", "!")
    ]
)
ROWS = st.lists(
    st.tuples(TEXTS, st.booleans(), st.sampled_from([None, "anna", "ben", "cleo", "dora"])),
    max_size=25,
)


def tweets_of(rows: Sequence[Row]) -> Tweets:
    return Tweets(
        [text for text, _, _ in rows],
        np.array([label for _, label, _ in rows], dtype=np.int8),
        [user for *_, user in rows],
    )


def parts(splits: Splits) -> list[Examples]:
    return [splits.train, splits.validation, splits.test]


def folded(text: str) -> str:
    return normalize_light(text).casefold()


@settings(deadline=None, max_examples=60)
@given(ROWS, ROWS, st.integers(0, 5))
def test_no_text_is_in_two_splits(rows: list[Row], extra: list[Row], seed: int) -> None:
    # With users most rows would be in one group.
    anonymous, more = ([(text, label, None) for text, label, _ in part] for part in (rows, extra))
    splits = split(tweets_of([*FILLER, *anonymous]), seed, tweets_of(more))
    for key in (folded, normalize_full):
        train, validation, test = ({key(text) for text in part.texts} for part in parts(splits))
        assert train.isdisjoint(validation)
        assert train.isdisjoint(test)
        assert validation.isdisjoint(test)


@pytest.mark.parametrize("seed", range(3))
def test_spellings_of_one_text_stay_together(seed: int) -> None:
    rows = [
        (spelling, label, None)
        for text, label, _ in FILLER
        for spelling in (text, f"The {text.upper()}...", f"it's {text}, with us")
    ]
    splits = split(tweets_of(rows), seed)
    assert splits.duplicates == 0
    for part in parts(splits):
        lemmas = Counter(map(normalize_full, part.texts))
        assert set(lemmas.values()) == {3}


@settings(deadline=None, max_examples=60)
@given(ROWS, ROWS, st.integers(0, 5))
def test_no_user_is_in_two_splits(rows: list[Row], extra: list[Row], seed: int) -> None:
    def signed(rows: list[Row], origin: str) -> list[Row]:
        # The text identifies the row's user: the splits keep no users.
        return [
            (f"{text} {origin}{number}", label, user)
            for number, (text, label, user) in enumerate(rows)
        ]

    rows, extra = signed(rows, "seat"), signed(extra, "gate")
    user_of = {text: user for text, _, user in rows + extra if user}
    splits = split(tweets_of(FILLER + rows), seed, tweets_of(extra))
    train, validation, test = (
        {user_of[text] for text in part.texts if text in user_of} for part in parts(splits)
    )
    assert train.isdisjoint(validation)
    assert train.isdisjoint(test)
    assert validation.isdisjoint(test)


@settings(deadline=None, max_examples=60)
@given(ROWS, ROWS, st.integers(0, 5))
def test_every_row_is_kept_or_counted(rows: list[Row], extra: list[Row], seed: int) -> None:
    splits = split(tweets_of(FILLER + rows), seed, tweets_of(extra))
    dropped = splits.contradictions + splits.duplicates + splits.train_only_overlaps
    assert sum(map(len, parts(splits))) + dropped == len(FILLER) + len(rows) + len(extra)
    given_rows = {(text, int(label)) for text, label, _ in FILLER + rows + extra}
    for part in parts(splits):
        assert set(zip(part.texts, part.labels.tolist(), strict=True)) <= given_rows


@settings(deadline=None, max_examples=60)
@given(ROWS, ROWS, st.integers(0, 5))
def test_more_training_rows_change_neither_validation_nor_test(
    rows: list[Row], extra: list[Row], seed: int
) -> None:
    without = split(tweets_of(FILLER + rows), seed)
    with_more = split(tweets_of(FILLER + rows), seed, tweets_of(extra))
    assert digest(with_more.validation) == digest(without.validation)
    assert digest(with_more.test) == digest(without.test)
    assert with_more.train.texts[: len(without.train)] == without.train.texts


def test_contradictions_and_repetitions_are_dropped_and_counted() -> None:
    rows: list[Row] = [
        ("@anna Lovely crew", True, None),
        ("@ben lovely CREW", False, None),
        ("Lovely &amp; quick", True, None),
        ("lovely & quick", True, None),
        ("lovely  &  QUICK", True, None),
    ]
    splits = split(tweets_of(FILLER + rows), 7)
    assert (splits.contradictions, splits.duplicates) == (2, 2)
    kept = [text for part in parts(splits) for text in part.texts]
    assert "Lovely &amp; quick" in kept
    assert {"@anna Lovely crew", "@ben lovely CREW", "lovely & quick"}.isdisjoint(kept)


def test_more_training_rows_share_nothing_with_held_out_rows() -> None:
    rows = [(text, label, f"user {number}") for number, (text, label, _) in enumerate(FILLER)]
    splits = split(tweets_of(list(rows)), 7)
    held_out = [row for row in rows if row[0] in splits.validation.texts + splits.test.texts]
    trained = [row for row in rows if row[0] in splits.train.texts]
    kept: list[Row] = [
        ("a new text of a trained user", True, trained[0][2]),
        ("a new text of a new user", False, "someone else"),
    ]
    extra: list[Row] = [
        (f"The {held_out[0][0]}...", held_out[0][1], None),
        ("a new text of a held-out user", True, held_out[1][2]),
        *kept,
    ]
    more = split(tweets_of(list(rows)), 7, tweets_of(extra))
    assert (more.train_only_overlaps, more.duplicates, more.contradictions) == (2, 0, 0)
    assert more.train.texts[len(splits.train) :] == [text for text, *_ in kept]


def test_more_training_rows_repeat_and_contradict_no_known_text() -> None:
    splits = split(tweets_of(FILLER), 7)
    (first, second), labels = splits.train.texts[:2], splits.train.labels
    extra = [(first.upper(), bool(labels[0]), None), (second.upper(), not labels[1], None)]
    more = split(tweets_of(FILLER), 7, tweets_of(extra))
    assert more.train.texts == splits.train.texts
    assert (more.duplicates, more.contradictions) == (1, 1)


def large(rows: int) -> Tweets:
    """A third positive, half of the rows by 1,500 users, with some repetitions."""
    generator = np.random.default_rng(5)
    numbers = generator.integers(0, 20 * rows, rows)
    users = generator.integers(0, 1500, rows)
    return Tweets(
        [f"flight {number}" for number in numbers],
        (numbers % 3 == 0).astype(np.int8),
        [f"user{user}" if row % 2 else None for row, user in enumerate(users)],
    )


def test_shares_are_70_15_15_and_stratified() -> None:
    splits = split(large(12_000), 7)
    sizes = np.array([len(part) for part in parts(splits)])
    np.testing.assert_allclose(sizes / sizes.sum(), [0.70, 0.15, 0.15], atol=0.01)
    for part in parts(splits):
        assert part.labels.mean() == pytest.approx(1 / 3, abs=0.02)


def test_one_seed_gives_one_digest() -> None:
    tweets = large(2_000)
    assert split(tweets, 7).digest == split(tweets, 7).digest
    assert split(tweets, 7).digest != split(tweets, 8).digest
    assert digest(split(tweets, 7).test) != digest(split(tweets, 8).test)


def test_the_digest_depends_on_labels_texts_and_their_order() -> None:
    examples = Examples(["one", "two"], np.array([0, 1], dtype=np.int8))
    others = [
        Examples(["one", "two"], np.array([1, 1], dtype=np.int8)),
        Examples(["one", "twos"], np.array([0, 1], dtype=np.int8)),
        Examples(["two", "one"], np.array([1, 0], dtype=np.int8)),
    ]
    assert digest(examples) not in map(digest, others)


def test_one_very_busy_user_is_kept_for_training() -> None:
    rows: list[Row] = [(f"hello {number}", number % 2 == 0, "busy") for number in range(60)]
    splits = split(tweets_of(FILLER + rows), 7)
    assert {text for text, *_ in rows} <= set(splits.train.texts)


@pytest.mark.parametrize("rows", [FILLER[:3], [row for row in FILLER if row[1]], []])
def test_too_few_rows_of_a_label_are_refused(rows: list[Row]) -> None:
    with pytest.raises(DataError, match="too few"):
        split(tweets_of(rows), 7)
