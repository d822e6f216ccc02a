import io
import tarfile
from collections import Counter

import numpy as np
import pytest

from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from training.data.rated import (
    SOURCES,
    TWEETS,
    RatedTexts,
    _rows,
    load_rated,
    parts_by_document,
)
from training.data.sources import load_embedded
from training.errors import DataError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@pytest.fixture(scope="module")
def rated() -> RatedTexts:
    return load_rated()


def archive(**files: bytes) -> tarfile.TarFile:
    """An archive of the study's folder; ``files``: content by name without ``.txt``."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as written:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"hutto_ICWSM_2014/{name}.txt")
            entry.size = len(text)
            written.addfile(entry, io.BytesIO(text))
    content.seek(0)
    return tarfile.open(fileobj=content)


def test_every_text_of_the_four_sources_is_read(rated: RatedTexts) -> None:
    counts = {TWEETS: 4200, "products": 3708, "films": 10605, "newspapers": 5190}
    assert Counter(rated.sources) == counts
    assert list(dict.fromkeys(rated.sources)) == list(SOURCES) == list(counts)
    assert len(rated.of_source("films")) == counts["films"]


def test_shares_of_raters_add_up_to_one(rated: RatedTexts) -> None:
    assert rated.shares.shape == (len(rated), 3)
    assert rated.shares.dtype == np.float32
    assert ((rated.shares >= 0) & (rated.shares <= 1)).all()
    np.testing.assert_allclose(rated.shares.sum(axis=1), 1, atol=1e-6)
    assert (rated.disagreement >= 0).all()
    # Raters without disagreement agree on the side too.
    agreed = rated.disagreement == 0
    assert (rated.shares[agreed].max(axis=1) == 1).all()


def test_labels_are_those_of_the_mean_rating(rated: RatedTexts) -> None:
    tweets, sided = rated.of_source(TWEETS), load_embedded()
    known = dict(zip(sided.texts, sided.labels.tolist(), strict=True))
    assert tweets.labels.dtype == np.int8
    for text, label in zip(tweets.texts, tweets.labels.tolist(), strict=True):
        assert label == known.get(text, NEUTRAL)
    assert Counter(tweets.labels.tolist()) == {POSITIVE: 2531, NEGATIVE: 1156, NEUTRAL: 513}


def test_most_raters_are_on_the_side_of_the_label(rated: RatedTexts) -> None:
    leaning = rated.shares[:, 2] - rated.shares[:, 0]
    for label, sign in ((POSITIVE, 1), (NEGATIVE, -1)):
        assert (sign * leaning[rated.labels == label] > 0).mean() > 0.98


def test_ratings_are_counted_by_their_sign() -> None:
    files = archive(
        x_anonDataRatings=BYTE_ORDER_MARK + b"1_1\t0.5\t2\t[-4, 0, 0, 3]\r\n2_1\t2\t0\t[2, 2]\r\n",
        x_GroundTruth=b"1_1\t-0.25\tlate\tagain\r\n\r\n2_1\t2.0\tlovely crew\r\n",
    )
    (first, late, ratings), (second, lovely, others) = _rows(files, "x")
    assert (first, late, ratings.tolist()) == ("1_1", "late\tagain", [-4, 0, 0, 3])
    assert (second, lovely, others.tolist()) == ("2_1", "lovely crew", [2, 2])


def test_a_text_without_ratings_is_refused() -> None:
    files = archive(x_anonDataRatings=b"1\t0\t0\t[0]\n", x_GroundTruth=b"2\t0\tlate\n")
    with pytest.raises(DataError, match="x: the text 2 has no ratings"):
        list(_rows(files, "x"))


def test_sentences_of_one_review_or_article_are_one_document(rated: RatedTexts) -> None:
    for source, documents in (("products", 300), ("newspapers", 498)):
        assert len(set(rated.of_source(source).documents)) == documents
    assert len(set(rated.documents)) == sum(
        len(set(rated.of_source(source).documents)) for source in SOURCES
    )


def test_documents_stay_together_in_parts_of_the_shares(rated: RatedTexts) -> None:
    articles = rated.of_source("newspapers")
    shares = (0.7, 0.2, 0.1)
    parts = [articles.take(rows) for rows in parts_by_document(articles, shares, seed=7)]
    assert sum(map(len, parts)) == len(articles)
    documents = [set(part.documents) for part in parts]
    assert len(set.union(*documents)) == sum(map(len, documents))
    for part, share in zip(parts, shares, strict=True):
        assert len(part) / len(articles) == pytest.approx(share, abs=0.04)


def test_the_part_of_a_text_depends_on_seed_and_document_alone(rated: RatedTexts) -> None:
    articles = rated.of_source("newspapers")

    def test_texts(texts: RatedTexts, seed: int) -> set[str]:
        *_, rows = parts_by_document(texts, (0.8, 0.1, 0.1), seed)
        return set(texts.take(rows).texts)

    half = articles.take(np.arange(0, len(articles), 2))
    assert test_texts(half, 7) == test_texts(articles, 7) & set(half.texts)
    assert test_texts(articles, 7) != test_texts(articles, 8)


def test_examples_have_the_shares_of_their_raters(rated: RatedTexts) -> None:
    examples = rated.examples
    assert examples.texts == rated.texts
    assert examples.labels.tolist() == rated.labels.tolist()
    assert examples.targets.tolist() == rated.shares.tolist()


def test_joined_texts_keep_every_field(rated: RatedTexts) -> None:
    first, second = rated.take([0, 5000]), rated.take([9000])
    joined = first.joined(second)
    expected = rated.take([0, 5000, 9000])
    assert (joined.texts, joined.sources) == (expected.texts, expected.sources)
    assert joined.documents == expected.documents
    for name in ("shares", "labels", "disagreement"):
        assert getattr(joined, name).tolist() == getattr(expected, name).tolist()
