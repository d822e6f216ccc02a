import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import ValidationError
from safetensors.numpy import load_file
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from models.arrays import FloatArray
from models.baseline.classifier import BaselineClassifier
from models.baseline.family import Baseline, normalize_words
from models.baseline.options import BaselineOptions
from models.examples import NEGATIVE, NEUTRAL, POSITIVE, Examples
from models.text.normalization import normalize_full, normalize_light
from tests.support.models.fitting import NullMonitor, invented_examples, rated_examples
from tests.support.models.scores import ratios, spread
from tests.support.models.sentences import SENTENCES

CLASSIFIERS = get_args(BaselineOptions.model_fields["classifier"].annotation)
FEATURES = get_args(BaselineOptions.model_fields["features"].annotation)
NORMALISATIONS = get_args(BaselineOptions.model_fields["normalisation"].annotation)
EXAMPLES = invented_examples()
RATED = rated_examples()


def fitted(examples: Examples = EXAMPLES, **options: Any) -> BaselineClassifier:
    chosen = BaselineOptions(**options)
    return Baseline().fit(examples, examples, chosen, 7, NullMonitor(), Path("unused"))


def loaded(classifier: BaselineClassifier, folder: Path) -> BaselineClassifier:
    classifier.save(folder)
    return Baseline().load(folder, "native", threads=1)


def with_shares(shares: FloatArray) -> Examples:
    return replace(EXAMPLES, shares=shares.astype(np.float32))


@pytest.mark.parametrize("classifier", CLASSIFIERS)
@pytest.mark.parametrize("features", FEATURES)
def test_each_classifier_ranks_its_training_texts_and_is_loaded_as_it_was_saved(
    classifier: str, features: str, tmp_path: Path
) -> None:
    trained = fitted(classifier=classifier, features=features)
    logits = trained.logits(EXAMPLES.texts)
    assert logits.dtype == np.float32
    assert logits.shape == (len(EXAMPLES), 2)
    log_odds = ratios(logits)
    assert log_odds[EXAMPLES.labels == 1].min() > log_odds[EXAMPLES.labels == 0].max()

    again = loaded(trained, tmp_path)
    expected = trained.logits(SENTENCES)
    assert again.logits(SENTENCES).tolist() == expected.tolist()
    assert spread(ratios(expected).tolist()) > 0.1
    name = f"{features.replace('_', '')}-{classifier.replace('_', '-')}"
    assert again.checkpoint == trained.checkpoint == name


@pytest.mark.parametrize("classifier", CLASSIFIERS)
@pytest.mark.parametrize("features", FEATURES)
def test_each_classifier_learns_shares_of_readers(
    classifier: str, features: str, tmp_path: Path
) -> None:
    trained = fitted(RATED, classifier=classifier, features=features)
    logits = trained.logits(RATED.texts)
    assert logits.shape == (len(RATED), 3)
    assert (logits[:, 0] == 0).all()
    columns = np.array([NEGATIVE, NEUTRAL, POSITIVE])
    assert columns[logits.argmax(axis=1)].tolist() == RATED.labels.tolist()
    assert (
        loaded(trained, tmp_path).logits(SENTENCES).tolist() == trained.logits(SENTENCES).tolist()
    )


def test_equal_texts_are_predicted_with_their_shares_of_readers() -> None:
    texts = ["same words"] * 40
    shares = np.array([(0.2, 0.5, 0.3)] * 40, dtype=np.float32)
    labels = np.zeros(40, dtype=np.int8)
    logits = fitted(Examples(texts, labels, shares), c=1000).logits(texts[:1])
    predicted = np.exp(logits[0]) / np.exp(logits[0]).sum()
    np.testing.assert_allclose(predicted, shares[0], atol=0.01)


def test_an_unknown_neutral_share_counts_as_zero() -> None:
    unknown, none = RATED.targets.copy(), RATED.targets.copy()
    unknown[:40, 1], none[:40, 1] = np.nan, 0
    found, expected = (
        fitted(replace(RATED, shares=shares)).logits(SENTENCES) for shares in (unknown, none)
    )
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("options", "unknown"),
    [
        ({"character_ngrams": 0}, [0, 1 / 2, 1, 1]),
        # " lovely " has 22 n-grams of 2 to 5 characters, and a word of two characters has 6.
        ({"word_ngrams": 0}, [0, 6 / 28, 1, 1]),
        ({}, [0, 6 / 28, 1, 1]),
    ],
)
def test_unknown_is_the_share_of_tokens_without_a_column(
    options: dict[str, Any], unknown: list[float]
) -> None:
    coffee = "\u1261\u1293"
    texts = ["lovely crew", f"lovely {coffee}", coffee, ""]
    tokens = fitted(normalisation="words", **options).tokenize(texts)
    assert tokens.unknown.dtype == np.float32
    assert tokens.unknown.tolist() == pytest.approx(unknown)


@pytest.mark.parametrize(
    ("features", "vectorizer_class"),
    [("tf_idf", partial(TfidfVectorizer, sublinear_tf=True)), ("counts", CountVectorizer)],
)
def test_features_equal_those_of_scikit_learn(features: str, vectorizer_class: Any) -> None:
    options = BaselineOptions()
    words = vectorizer_class(
        preprocessor=normalize_full,
        token_pattern=r"\S+",
        ngram_range=(1, options.word_ngrams),
        min_df=options.min_df,
    )
    characters = vectorizer_class(
        preprocessor=lambda text: normalize_light(text).lower(),
        analyzer="char_wb",
        ngram_range=(2, options.character_ngrams),
        min_df=options.min_df,
    )
    trained = fitted(features=features)
    for vectorizer, expected in zip(trained._vectorizers, (words, characters), strict=True):
        expected.fit(EXAMPLES.texts)
        assert vectorizer.terms == expected.get_feature_names_out().tolist()
        texts = [*SENTENCES, "", "\u00e9\u00e9\u00e9", "lovely lovely lovely crew"]
        rows = vectorizer.features([vectorizer.find(text) for text in texts])
        found = np.zeros((len(texts), vectorizer.size))
        found[rows.rows, rows.columns] = rows.values
        np.testing.assert_allclose(found, expected.transform(texts).toarray(), atol=1e-6)


def test_the_logits_of_a_text_do_not_depend_on_the_other_texts() -> None:
    trained = fitted(RATED)
    texts = [*SENTENCES, "", "\u00e9\u00e9\u00e9", *RATED.texts]
    alone = [trained.logits([text])[0].tolist() for text in texts]
    assert trained.logits(texts).tolist() == alone


@pytest.mark.parametrize("classifier", CLASSIFIERS)
@pytest.mark.parametrize("features", FEATURES)
@pytest.mark.parametrize("normalisation", NORMALISATIONS)
@pytest.mark.parametrize("examples", [EXAMPLES, RATED], ids=["two classes", "shares"])
def test_contributions_and_the_empty_text_add_up_to_the_log_odds(
    examples: Examples, classifier: str, features: str, normalisation: str
) -> None:
    trained = fitted(
        examples, classifier=classifier, features=features, normalisation=normalisation
    )
    for text in SENTENCES:
        words = text.split()
        contributions = trained.contributions(words)
        assert contributions.shape == (len(words),)
        whole, empty = ratios(trained.logits([" ".join(words), ""])).tolist()
        assert float(contributions.sum()) + empty == pytest.approx(whole, abs=1e-4)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_shares_of_0_and_1_are_learned_like_labels(classifier: str) -> None:
    sure = fitted(with_shares(EXAMPLES.targets), classifier=classifier)
    hard = fitted(classifier=classifier)
    np.testing.assert_allclose(sure.logits(SENTENCES), hard.logits(SENTENCES), atol=0.01)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_shares_are_learned_instead_of_the_labels(classifier: str) -> None:
    contrary = 0.9 - 0.8 * EXAMPLES.targets
    log_odds = ratios(fitted(with_shares(contrary), classifier=classifier).logits(EXAMPLES.texts))
    assert log_odds[EXAMPLES.labels == 1].max() < log_odds[EXAMPLES.labels == 0].min()


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_softer_shares_give_a_smaller_range_of_log_odds(classifier: str) -> None:
    spreads = []
    for softness in (0.05, 0.2, 0.45):
        targets = np.abs(EXAMPLES.targets - softness)
        student = fitted(with_shares(targets), classifier=classifier)
        spreads.append(spread(ratios(student.logits(EXAMPLES.texts)).tolist()))
    assert spreads == sorted(spreads, reverse=True)


def test_without_character_ngrams_only_whole_words_count(tmp_path: Path) -> None:
    words = loaded(fitted(character_ngrams=0), tmp_path)
    known, part, empty = ratios(words.logits(["lovely", "lovel", ""])).tolist()
    assert part == empty
    assert known > empty
    assert (
        not {"character_idf", "character_coefficients"}
        & load_file(tmp_path / "weights.safetensors").keys()
    )


def test_without_word_ngrams_parts_of_words_count(tmp_path: Path) -> None:
    characters = loaded(fitted(word_ngrams=0), tmp_path)
    part, empty = ratios(characters.logits(["lovel", ""])).tolist()
    assert part > empty
    assert (
        not {"word_idf", "word_coefficients"} & load_file(tmp_path / "weights.safetensors").keys()
    )


def test_word_ngrams_have_the_lengths_of_the_options(tmp_path: Path) -> None:
    fitted(word_ngrams=3, character_ngrams=0, normalisation="words").save(tmp_path)
    terms = json.loads((tmp_path / "vocabulary.json").read_text())["words"]
    assert {len(term.split()) for term in terms} == {1, 2, 3}


def test_character_ngrams_have_the_lengths_of_the_options(tmp_path: Path) -> None:
    fitted(character_ngrams=4).save(tmp_path)
    terms = json.loads((tmp_path / "vocabulary.json").read_text())["characters"]
    assert {len(term) for term in terms} == {2, 3, 4}


def test_max_features_limits_each_kind_of_ngrams(tmp_path: Path) -> None:
    fitted(max_features=20).save(tmp_path)
    weights = load_file(tmp_path / "weights.safetensors")
    assert len(weights["word_coefficients"]) == len(weights["character_coefficients"]) == 20


def test_full_normalisation_uses_lemmas_without_stop_words() -> None:
    lemmas = fitted(normalisation="full", character_ngrams=0)
    words = fitted(normalisation="words", character_ngrams=0)
    variants = ["the crew was lovely", "crews lovely"]
    assert len(set(ratios(lemmas.logits(variants)).tolist())) == 1
    assert len(set(ratios(words.logits(variants)).tolist())) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The crew was LOVELY", "the crew was lovely"),
        ("isn't it great?!", "isn't it great ?!"),
        ("@anna look: https://airparadis.com/menu", "<user> look : <url>"),
        ("so&nbsp;late :(", "so late :("),
        ("", ""),
    ],
)
def test_normalize_words_keeps_words_and_signs(text: str, words: str) -> None:
    assert normalize_words(text) == words


def test_no_texts_give_no_logits() -> None:
    logits = fitted(RATED).logits([])
    assert logits.shape == (0, 3)
    assert logits.dtype == np.float32


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classifier": "random_forest"}, "logistic_regression"),
        ({"features": "binary"}, "tf_idf"),
        ({"normalisation": "none"}, "full"),
        ({"character_ngrams": 1}, "begin at 2"),
        ({"word_ngrams": 0, "character_ngrams": 0}, "there must be character n-grams"),
        ({"word_ngrams": -1}, "greater than or equal to 0"),
        ({"c": 0}, "greater than 0"),
        ({"alpha": 0}, "greater than 0"),
        ({"max_features": 0}, "greater than or equal to 1"),
    ],
)
def test_the_error_of_an_invalid_option_names_it(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message) as caught:
        BaselineOptions(**options)
    (error,) = caught.value.errors()
    assert error["loc"][0] in options
