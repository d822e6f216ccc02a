import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import ValidationError
from safetensors.numpy import load_file, save_file
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from models.baseline import Baseline, BaselineClassifier, BaselineOptions, normalize_words
from models.family import Examples
from models.scorer import FloatArray
from models.text import normalize_full, normalize_light
from tests.models.conftest import SENTENCES, Unwatched, invented_examples, spread

CLASSIFIERS = get_args(BaselineOptions.model_fields["classifier"].annotation)
FEATURES = get_args(BaselineOptions.model_fields["features"].annotation)
NORMALISATIONS = get_args(BaselineOptions.model_fields["normalisation"].annotation)
EXAMPLES = invented_examples()


def fitted(examples: Examples = EXAMPLES, **options: Any) -> BaselineClassifier:
    chosen = BaselineOptions(**options)
    return Baseline().fit(examples, examples, chosen, 7, Unwatched(), Path("unused"))


def loaded(classifier: BaselineClassifier, folder: Path) -> BaselineClassifier:
    classifier.save(folder)
    return Baseline().load(folder, "native", threads=1)


def with_soft_labels(soft_labels: FloatArray) -> Examples:
    return replace(EXAMPLES, soft_labels=soft_labels.astype(np.float32))


@pytest.mark.parametrize("classifier", CLASSIFIERS)
@pytest.mark.parametrize("features", FEATURES)
def test_each_kind_ranks_what_it_learned_and_is_loaded_as_it_was_saved(
    classifier: str, features: str, tmp_path: Path
) -> None:
    trained = fitted(classifier=classifier, features=features)
    log_odds = trained.log_odds(EXAMPLES.texts)
    assert log_odds.dtype == np.float32
    assert log_odds[EXAMPLES.labels == 1].min() > log_odds[EXAMPLES.labels == 0].max()

    again = loaded(trained, tmp_path)
    expected = trained.log_odds(SENTENCES).tolist()
    assert again.log_odds(SENTENCES).tolist() == expected
    assert spread(expected) > 0.1
    name = f"{features.replace('_', '')}-{classifier.replace('_', '-')}"
    assert again.checkpoint == trained.checkpoint == name


@pytest.mark.parametrize(
    ("features", "reader"),
    [("tf_idf", partial(TfidfVectorizer, sublinear_tf=True)), ("counts", CountVectorizer)],
)
def test_texts_are_read_as_scikit_learn_reads_them(features: str, reader: Any) -> None:
    options = BaselineOptions()
    words = reader(
        preprocessor=normalize_full,
        token_pattern=r"\S+",
        ngram_range=(1, options.word_ngrams),
        min_df=options.min_df,
    )
    characters = reader(
        preprocessor=lambda text: normalize_light(text).lower(),
        analyzer="char_wb",
        ngram_range=(2, options.character_ngrams),
        min_df=options.min_df,
    )
    trained = fitted(features=features)
    for ngrams, expected in zip(trained._ngrams, (words, characters), strict=True):
        expected.fit(EXAMPLES.texts)
        assert ngrams.terms == expected.get_feature_names_out().tolist()
        for text in [*SENTENCES, "", "\u00e9\u00e9\u00e9", "lovely lovely lovely crew"]:
            row = ngrams.read(text)
            found = np.zeros(ngrams.size)
            found[row.columns] = row.values
            np.testing.assert_allclose(found, expected.transform([text]).toarray()[0], atol=1e-6)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
@pytest.mark.parametrize("features", FEATURES)
@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_contributions_and_the_empty_text_add_up_to_the_log_odds(
    classifier: str, features: str, normalisation: str
) -> None:
    trained = fitted(classifier=classifier, features=features, normalisation=normalisation)
    for text in SENTENCES:
        words = text.split()
        contributions = trained.contributions(words)
        assert contributions.shape == (len(words),)
        whole, empty = trained.log_odds([" ".join(words), ""]).tolist()
        assert float(contributions.sum()) + empty == pytest.approx(whole, abs=1e-4)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_soft_labels_that_are_sure_are_labels(classifier: str) -> None:
    soft = fitted(with_soft_labels(EXAMPLES.targets), classifier=classifier)
    hard = fitted(classifier=classifier)
    np.testing.assert_allclose(soft.log_odds(SENTENCES), hard.log_odds(SENTENCES), atol=0.01)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_soft_labels_are_followed_and_not_the_labels(classifier: str) -> None:
    contrary = 0.9 - 0.8 * EXAMPLES.targets
    log_odds = fitted(with_soft_labels(contrary), classifier=classifier).log_odds(EXAMPLES.texts)
    assert log_odds[EXAMPLES.labels == 1].max() < log_odds[EXAMPLES.labels == 0].min()


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_a_less_sure_teacher_makes_a_less_sure_pupil(classifier: str) -> None:
    spreads = []
    for doubt in (0.05, 0.2, 0.45):
        targets = np.abs(EXAMPLES.targets - doubt)
        pupil = fitted(with_soft_labels(targets), classifier=classifier)
        spreads.append(spread(pupil.log_odds(EXAMPLES.texts).tolist()))
    assert spreads == sorted(spreads, reverse=True)


def test_without_character_ngrams_only_whole_words_are_read(tmp_path: Path) -> None:
    words = loaded(fitted(character_ngrams=0), tmp_path)
    known, part, empty = words.log_odds(["lovely", "lovel", ""]).tolist()
    assert part == empty
    assert known > empty
    assert (
        not {"character_idf", "character_coefficients"}
        & load_file(tmp_path / "weights.safetensors").keys()
    )


def test_without_word_ngrams_parts_of_words_are_read(tmp_path: Path) -> None:
    characters = loaded(fitted(word_ngrams=0), tmp_path)
    part, empty = characters.log_odds(["lovel", ""]).tolist()
    assert part > empty
    assert (
        not {"word_idf", "word_coefficients"} & load_file(tmp_path / "weights.safetensors").keys()
    )


def test_word_ngrams_are_as_long_as_asked_for(tmp_path: Path) -> None:
    fitted(word_ngrams=3, character_ngrams=0, normalisation="words").save(tmp_path)
    terms = json.loads((tmp_path / "vocabulary.json").read_text())["words"]
    assert {len(term.split()) for term in terms} == {1, 2, 3}


def test_character_ngrams_are_as_long_as_asked_for(tmp_path: Path) -> None:
    fitted(character_ngrams=4).save(tmp_path)
    terms = json.loads((tmp_path / "vocabulary.json").read_text())["characters"]
    assert {len(term) for term in terms} == {2, 3, 4}


def test_no_more_features_than_asked_for(tmp_path: Path) -> None:
    fitted(max_features=20).save(tmp_path)
    weights = load_file(tmp_path / "weights.safetensors")
    assert len(weights["word_coefficients"]) == len(weights["character_coefficients"]) == 20


def test_full_normalisation_reads_lemmas_without_stop_words() -> None:
    lemmas = fitted(normalisation="full", character_ngrams=0)
    words = fitted(normalisation="words", character_ngrams=0)
    variants = ["the crew was lovely", "crews lovely"]
    assert len(set(lemmas.log_odds(variants).tolist())) == 1
    assert len(set(words.log_odds(variants).tolist())) == 2


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
def test_words_are_kept_with_their_signs(text: str, words: str) -> None:
    assert normalize_words(text) == words


def test_a_model_saved_before_there_was_a_choice_is_loaded(tmp_path: Path) -> None:
    trained = fitted()
    trained.save(tmp_path)
    vocabulary = json.loads((tmp_path / "vocabulary.json").read_text())
    known = ("c", "word_ngrams", "character_ngrams", "min_df")
    vocabulary["options"] = {name: vocabulary["options"][name] for name in known}
    (tmp_path / "vocabulary.json").write_text(json.dumps(vocabulary))
    weights = load_file(tmp_path / "weights.safetensors")
    doubles = {name: array.astype(np.float64) for name, array in weights.items()}
    save_file(doubles, tmp_path / "weights.safetensors")

    old = Baseline().load(tmp_path, "native", threads=1)
    assert old.checkpoint == "tfidf-logistic-regression"
    np.testing.assert_allclose(
        old.log_odds(SENTENCES), trained.log_odds(SENTENCES), atol=1e-5, rtol=0
    )


def test_no_text_gives_no_score() -> None:
    scores = fitted().log_odds([])
    assert scores.shape == (0,)
    assert scores.dtype == np.float32


@pytest.mark.parametrize(
    ("options", "told"),
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
def test_bad_options_are_refused_by_name(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told) as caught:
        BaselineOptions(**options)
    (error,) = caught.value.errors()
    assert error["loc"][0] in options
