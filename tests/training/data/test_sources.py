import hashlib
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline

from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from training.data.sources import (
    Tweets,
    load_airline,
    load_embedded,
    load_tweeteval,
    sample_balanced,
)
from training.errors import DataError


def _csv(folder: Path, content: bytes) -> Path:
    path = folder / "tweets.csv"
    path.write_bytes(content)
    return path


def test_airline_tweets_are_read_with_the_neutral_ones(tmp_path: Path) -> None:
    path = tmp_path / "Tweets.csv"
    path.write_text(
        "tweet_id,airline_sentiment,name,text\n"
        "1,positive,anna,@AirParadis très bien!\n"
        "2,neutral,ben,@AirParadis which gate?\n"
        '3,negative,,"@AirParadis late, again"\n',
        encoding="utf-8",
    )
    tweets = load_airline(path)
    assert tweets.texts == [
        "@AirParadis très bien!",
        "@AirParadis which gate?",
        "@AirParadis late, again",
    ]
    assert tweets.labels.tolist() == [POSITIVE, NEUTRAL, NEGATIVE]
    assert tweets.labels.dtype == np.int8
    assert tweets.users == ["anna", "ben", None]
    sided = tweets.sided()
    assert sided.texts == ["@AirParadis très bien!", "@AirParadis late, again"]
    assert sided.labels.tolist() == [POSITIVE, NEGATIVE]
    assert sided.users == ["anna", None]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"tweet_id,text\n1,hello\n", "lacks the columns airline_sentiment, name"),
        (b"", "lacks the columns airline_sentiment, name, text"),
        (b"airline_sentiment,name,text\nneutral,anna,hello\n", "needs positive and negative"),
        (b"airline_sentiment,name,text\npositive,anna,hello\n", "needs positive and negative"),
        (b"airline_sentiment,name,text\npositive,anna,\xe9t\xe9\n", "not a CSV file in utf-8"),
        (b"airline_sentiment,name,text\npositive,anna,hi\nnegat", "line 3: cut short"),
    ],
)
def test_a_file_of_another_layout_than_the_airline_set_is_refused(
    content: bytes, message: str, tmp_path: Path
) -> None:
    path = _csv(tmp_path, content)
    with pytest.raises(DataError, match=message) as caught:
        load_airline(path)
    assert str(path) in str(caught.value)


def _tweeteval(folder: Path, texts: str, labels: str) -> Path:
    (folder / "test_text.txt").write_text(texts, encoding="utf-8")
    (folder / "test_labels.txt").write_text(labels, encoding="utf-8")
    return folder


def test_tweeteval_is_read_with_its_neutral_tweets(tmp_path: Path) -> None:
    texts = ["@user très bien!", "gate 12 \u2028 at noon \x85", "late, again", ""]
    folder = _tweeteval(tmp_path, "".join(f"{text}\n" for text in texts), "2\n1\n0\n1\n")
    tweets = load_tweeteval(folder)
    assert tweets.texts == texts
    assert tweets.labels.tolist() == [POSITIVE, NEUTRAL, NEGATIVE, NEUTRAL]
    assert tweets.labels.dtype == np.int8
    assert tweets.users == [None] * 4


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        ("one\ntwo\n", "2\n", "2 tweets, 1 labels"),
        ("one\n", "2\n0\n", "1 tweets, 2 labels"),
        ("one\n", "3\n", "is not TweetEval's sentiment test"),
        ("one\n", "positive\n", "is not TweetEval's sentiment test"),
    ],
)
def test_a_folder_that_is_not_tweeteval_is_refused(
    texts: str, labels: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        load_tweeteval(_tweeteval(tmp_path, texts, labels))
    assert str(tmp_path) in str(caught.value)


def test_a_folder_without_tweeteval_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="test_text"):
        load_tweeteval(tmp_path)


def test_a_sample_is_balanced_and_reproducible() -> None:
    labels = np.array([1] * 300 + [0] * 100, dtype=np.int8)
    tweets = Tweets([f"tweet {row}" for row in range(400)], labels, [None] * 400)
    sample = sample_balanced(tweets, 120, seed=3)
    assert (len(sample), int(sample.labels.sum())) == (120, 60)
    rows = [tweets.texts.index(text) for text in sample.texts]
    assert rows == sorted(set(rows))
    assert sample.labels.tolist() == [int(labels[row]) for row in rows]
    assert sample_balanced(tweets, 120, seed=3).texts == sample.texts
    assert sample_balanced(tweets, 120, seed=4).texts != sample.texts
    with pytest.raises(DataError, match="needs 150 negative tweets, there are 100"):
        sample_balanced(tweets, 300, seed=3)


def test_the_embedded_tweets_have_the_labels_of_the_study() -> None:
    tweets = load_embedded()
    assert len(tweets) == 3687
    assert int(tweets.labels.sum()) == 2531
    assert set(tweets.users) == {None}
    # A model of character n-grams reaches this ROC-AUC; with shifted labels it would be 0.5.
    features = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    model = make_pipeline(features, LogisticRegression(C=10, solver="liblinear"))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    scores = cross_val_score(model, tweets.texts, tweets.labels, cv=folds, scoring="roc_auc")
    assert scores.mean() == pytest.approx(0.944, abs=0.01)


def test_a_damaged_download_is_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTIMENT_CACHE_DIR", str(tmp_path))
    archive = tmp_path / "vaderSentiment-3.3.2.tar.gz"
    archive.write_bytes(b"half a download")
    assert len(load_embedded()) == 3687
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert digest == "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
    assert list(tmp_path.iterdir()) == [archive]


def test_a_failed_download_is_one_error_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENTIMENT_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(DataError, match="pip could not download vaderSentiment") as caught:
        load_embedded()
    assert len(str(caught.value).splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
