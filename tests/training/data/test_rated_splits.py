from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.examples import NEUTRAL, Examples
from tests.support.invented_tweets import write_tweets
from training.data.rated import SOURCES, TWEETS, RatedTexts, load_rated
from training.data.rated_splits import combine, load_rated_splits
from training.data.selection import EMBEDDED, RatedShare, load_sided_splits, load_splits
from training.data.splits import Splits, digest, text_keys
from training.errors import DataError


@pytest.fixture(scope="module")
def rated() -> RatedTexts:
    return load_rated()


@pytest.fixture(scope="module")
def splits() -> Splits:
    return load_splits(EMBEDDED, None, None, 7)


def held_out(splits: Splits) -> tuple[RatedTexts, RatedTexts]:
    """Rated validation and test."""
    assert splits.rated_validation is not None
    assert splits.rated_test is not None
    return splits.rated_validation, splits.rated_test


def keys(texts: list[str]) -> set[str]:
    return {key for text in texts for key in text_keys(text)}


def test_validation_and_test_are_those_of_positive_and_negative_tweets(splits: Splits) -> None:
    sided = load_sided_splits(EMBEDDED, None, None, 7)
    assert len(sided.validation) == len(sided.test) == 544
    assert digest(splits.validation) == digest(sided.validation)
    assert digest(splits.test) == digest(sided.test)
    assert sided.rated_validation is None
    assert sided.deciding is sided.validation


def test_rated_validation_and_test_hold_the_same_tweets_and_neutral_ones(splits: Splits) -> None:
    for part, tweets in zip(held_out(splits), (splits.validation, splits.test), strict=True):
        of_tweets = part.of_source(TWEETS)
        sided = of_tweets.take(np.flatnonzero(of_tweets.labels != NEUTRAL))
        assert sorted(sided.texts) == sorted(tweets.texts)
        assert len(of_tweets) > len(sided)


def test_every_source_is_in_every_part(splits: Splits, rated: RatedTexts) -> None:
    counts = Counter(rated.sources)
    for part in held_out(splits):
        of_part = Counter(part.sources)
        for source in SOURCES:
            assert 0.08 < of_part[source] / counts[source] < 0.25
    kept = len(splits.train) + sum(map(len, held_out(splits)))
    assert 0.97 * len(rated) < kept < len(rated)


def test_no_held_out_text_is_trained_on(splits: Splits) -> None:
    validation, test = (keys(part.texts) for part in held_out(splits))
    trained = keys(splits.train.texts)
    assert trained.isdisjoint(validation | test)
    assert validation.isdisjoint(test)
    assert trained.isdisjoint(keys(splits.validation.texts + splits.test.texts))


def test_documents_are_in_one_part_only(splits: Splits, rated: RatedTexts) -> None:
    document_of = dict(zip(rated.texts, rated.documents, strict=True))
    validation, test = (set(part.documents) for part in held_out(splits))
    assert validation.isdisjoint(test)
    twice = {text for text, count in Counter(rated.texts).items() if count > 1}
    trained = {document_of[text] for text in splits.train.texts if text not in twice}
    assert trained.isdisjoint(validation | test)


def test_neutral_rows_and_shares_are_trained_on(splits: Splits) -> None:
    assert splits.train.targets.shape == (len(splits.train), 3)
    assert (splits.train.labels == NEUTRAL).sum() > 1000
    np.testing.assert_allclose(splits.train.targets.sum(axis=1), 1, atol=1e-6)


def test_rated_validation_rows_decide(splits: Splits) -> None:
    validation, _ = held_out(splits)
    assert splits.deciding.texts == validation.texts
    assert splits.deciding.targets.tolist() == validation.shares.tolist()
    other = replace(splits, rated_validation=validation.take(np.arange(100)))
    assert splits.validation_digest != other.validation_digest
    assert splits.digest != other.digest
    without = replace(splits, rated_validation=None, rated_test=None)
    assert without.validation_digest not in (splits.validation_digest, other.validation_digest)


def test_the_reference_of_traffic_is_of_tweets(splits: Splits) -> None:
    validation, _ = held_out(splits)
    assert splits.traffic.texts == validation.of_source(TWEETS).texts
    assert (splits.traffic.labels == NEUTRAL).any()
    sided = load_sided_splits(EMBEDDED, None, None, 7)
    assert sided.traffic is sided.validation


@pytest.mark.parametrize("source", [TWEETS, "films"])
def test_the_training_split_lacks_a_source_that_is_left_out(
    splits: Splits, rated: RatedTexts, source: str
) -> None:
    left_out = load_rated_splits(7, without=source)
    elsewhere = {
        text for text, name in zip(rated.texts, rated.sources, strict=True) if name != source
    }
    assert set(left_out.train.texts) == set(splits.train.texts) & elsewhere
    for one, other in zip(held_out(left_out), held_out(splits), strict=True):
        assert digest(one.examples) == digest(other.examples)


def test_the_training_split_has_at_most_so_many_texts_of_a_source(
    splits: Splits, rated: RatedTexts
) -> None:
    source_of = dict(zip(rated.texts, rated.sources, strict=True))
    few, again = (load_splits(EMBEDDED, None, None, 7, source_rows=300) for _ in range(2))
    counts = Counter(source_of[text] for text in few.train.texts)
    # A text of two sources counts for the second.
    assert counts == pytest.approx(dict.fromkeys(SOURCES, 300), abs=3)
    assert set(few.train.texts) < set(splits.train.texts)
    assert few.digest == again.digest
    for one, other in zip(held_out(few), held_out(splits), strict=True):
        assert digest(one.examples) == digest(other.examples)


def distant() -> Splits:
    """Splits of distantly labelled tweets."""

    def examples(name: str, rows: int) -> Examples:
        labels = np.arange(rows) % 2
        return Examples([f"{name} {row}" for row in range(rows)], labels.astype(np.int8))

    return Splits(
        examples("trained", 6),
        examples("chosen", 4),
        examples("tested", 4),
        contradictions=0,
        duplicates=0,
        train_only_overlaps=0,
    )


def few_rated() -> Splits:
    """Splits of rated texts, of which one equals a test tweet of ``distant``."""
    texts = [f"rated {row}" for row in range(199)] + ["TESTED  3"]
    rows = len(texts)
    rated = RatedTexts(
        texts,
        np.tile(np.array([0.2, 0.5, 0.3], dtype=np.float32), (rows, 1)),
        np.full(rows, NEUTRAL, dtype=np.int8),
        np.ones(rows, dtype=np.float32),
        [TWEETS] * rows,
        texts,
    )
    return replace(
        distant(),
        train=rated.examples,
        rated_validation=rated.take([0]),
        rated_test=rated.take([1]),
    )


@pytest.mark.parametrize(("weight", "times"), [(0.0, 0), (1.0, 1), (2.0, 2)])
def test_each_rated_text_is_trained_on_as_often_as_its_weight(weight: float, times: int) -> None:
    combined = combine(distant(), few_rated(), weight, 0.92, seed=7)
    counts = Counter(combined.train.texts)
    assert [counts[f"rated {row}"] for row in range(199)] == [times] * 199
    assert [counts[f"trained {row}"] for row in range(6)] == [1] * 6
    assert "TESTED  3" not in counts


def test_a_fraction_of_a_weight_is_drawn_by_chance() -> None:
    combined, again, other = (combine(distant(), few_rated(), 1.25, 0.92, s) for s in (7, 7, 8))
    counts = Counter(combined.train.texts)
    counts.subtract(distant().train.texts)
    assert {counts[f"rated {row}"] for row in range(199)} == {1, 2}
    assert counts.total() == pytest.approx(1.25 * 199, abs=25)
    assert again.train.texts == combined.train.texts != other.train.texts


def test_distant_labels_are_smoothed_and_their_neutral_share_is_unknown() -> None:
    combined = combine(distant(), few_rated(), 1.0, 0.92, seed=7)
    assert combined.train.targets.dtype == np.float32
    of_distant, of_rated = combined.train.targets[:6], combined.train.targets[6:]
    np.testing.assert_allclose(of_distant[::2], [[0.92, np.nan, 0.08]] * 3, rtol=1e-6)
    np.testing.assert_allclose(of_distant[1::2], [[0.08, np.nan, 0.92]] * 3, rtol=1e-6)
    np.testing.assert_allclose(of_rated, [[0.2, 0.5, 0.3]] * 199)
    assert combined.train.labels.tolist() == [0, 1] * 3 + [NEUTRAL] * 199


def test_rated_rows_decide_for_combined_data() -> None:
    splits, rated = distant(), few_rated()
    combined = combine(splits, rated, 1.0, 0.92, seed=7)
    assert combined.rated_validation is rated.rated_validation
    assert combined.rated_test is rated.rated_test
    assert combined.validation is splits.validation
    assert combined.test is splits.test


def test_a_rated_weight_adds_rated_texts_to_a_sentiment140_file(tmp_path: Path) -> None:
    path = tmp_path / "tweets.csv"
    write_tweets(path, mislabelled=0.2, seed=3)
    alone = load_splits(str(path), None, None, 7)
    joined = load_splits(str(path), None, None, 7, rated=RatedShare(0.1, 0.8))
    assert alone.train.shares is None
    assert alone.rated_validation is None
    assert 1000 < len(joined.train) - len(alone.train) < 3000
    labelled = joined.train.targets[: len(alone.train)]
    assert np.isnan(labelled[:, 1]).all()
    assert sorted(set(np.round(labelled[:, 2], 4).tolist())) == pytest.approx([0.2, 0.8])
    assert digest(joined.test) == digest(alone.test)
    assert joined.rated_test is not None


def test_a_sample_of_the_embedded_data_is_refused() -> None:
    with pytest.raises(DataError, match="belong to files in --data"):
        load_splits(EMBEDDED, None, 100, 7)
