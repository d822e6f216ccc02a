from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.artifacts.folder import CalibratedScorer, load_model
from models.baseline.classifier import BaselineClassifier
from models.baseline.family import normalize_words
from models.explanation import (
    MAX_VARIANTS,
    LinearClassifier,
    contributions,
    leave_one_out,
    split_words,
)
from models.family import Classifier
from models.reader_shares import log_ratio
from models.registry import FAMILIES
from models.text.normalization import normalize_full, normalize_light
from tests.support.models.confidence import CALIBRATION
from tests.support.models.networks import ignore_keras_numpy_warning
from tests.support.models.scores import ratios
from tests.support.models.sentences import SENTENCES

Normalize = Callable[[str], str]

# Pieces of tweets, to be joined with and without spaces.
PIECES = st.sampled_from(
    ["lovely", "Not", "isn't", "dont", "soooo", "#BestFlight", "#nevergood", "@jane", "@a@b", "😍",
     "👩\u200d✈️", ":)", ":-(", "<3", "&lt;3", "&amp;amp;", "&nbsp;", "&#64;me", "http://a.b/c?d",
     "www.x.org", "!", "…", "\u202e", "\x00", "\u200b", "\u2019s", " ", " ", "  ", "\n", "\u00a0"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=16).map("".join) | st.text(max_size=60)


def strongest(scorer: CalibratedScorer, text: str) -> tuple[str, float]:
    """The token of the largest weight, and the weight, by the method that the service uses."""
    if isinstance(scorer.classifier, LinearClassifier):
        tokens, weights = split_words(text), contributions(scorer, text)
    else:
        left_out = leave_one_out(text)
        tokens, weights = left_out.tokens, left_out.weights(scorer.score(left_out.texts))
    index = int(np.argmax(np.abs(weights)))
    return tokens[index].strip(".,!").lower(), float(weights[index])


@pytest.mark.parametrize("normalize", [normalize_light, normalize_full, normalize_words])
@given(text=TEXTS)
def test_normalisation_treats_each_word_by_itself(normalize: Normalize, text: str) -> None:
    words = " ".join(filter(None, map(normalize, split_words(text))))
    assert words.split() == normalize(text).split()


@pytest.mark.parametrize("text", SENTENCES)
def test_contributions_add_up_to_the_log_odds(baseline: BaselineClassifier, text: str) -> None:
    weights = baseline.contributions(split_words(text))
    assert weights.shape == (len(text.split()),)
    whole, nothing = ratios(baseline.logits([text, ""]))
    assert float(weights.sum()) == pytest.approx(whole - nothing, abs=1e-4)


@given(text=TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_contributions_of_any_text_add_up_to_its_log_odds(
    baseline: BaselineClassifier, text: str
) -> None:
    scorer = CalibratedScorer(baseline, CALIBRATION)
    whole, nothing = log_ratio(scorer.score([text, ""]))
    assert float(contributions(scorer, text).sum()) == pytest.approx(whole - nothing, abs=1e-3)


def test_a_word_without_known_n_grams_contributes_nothing(baseline: BaselineClassifier) -> None:
    weights = baseline.contributions(["qqq", "lovely", "\u4e2d\u6587"])
    assert weights[0] == weights[2] == 0
    assert weights[1] > 0


def test_the_part_of_an_n_gram_is_divided_among_its_words(baseline: BaselineClassifier) -> None:
    together = baseline.contributions(["could", "not", "be", "better"])
    apart = baseline.contributions(["better", "be", "not", "could"])
    assert not np.allclose(together, apart[::-1], atol=1e-4)


def test_only_linear_classifiers_have_contributions(small_model: tuple[str, Classifier]) -> None:
    family, classifier = small_model
    assert isinstance(classifier, LinearClassifier) == FAMILIES[family].linear
    if not FAMILIES[family].linear:
        with pytest.raises(TypeError, match="is not linear"):
            contributions(CalibratedScorer(classifier, CALIBRATION), "lovely")


@ignore_keras_numpy_warning
@pytest.mark.parametrize("text", [text for text in SENTENCES if text])
def test_a_leave_one_out_weight_is_a_difference_of_log_odds(
    small_model: tuple[str, Classifier], text: str
) -> None:
    _, classifier = small_model
    scorer = CalibratedScorer(classifier, CALIBRATION)
    left_out = leave_one_out(text)
    weights = left_out.weights(scorer.score(left_out.texts))
    assert weights.dtype == np.float32
    assert "".join("".join(left_out.tokens).split()) == "".join(text.split())
    raw = ratios(classifier.logits([text, *left_out.texts[1:]]))
    np.testing.assert_allclose(weights, CALIBRATION.scale * (raw[0] - raw[1:]), atol=0.01)


@pytest.mark.parametrize("words", [0, 1, 2, 29, 30, 31, 59, 61, 200, 500])
def test_a_text_has_at_most_30_variants(words: int) -> None:
    text = "  " + " \n".join(f"w{number}" for number in range(words)) + " "
    left_out = leave_one_out(text)
    assert len(left_out.tokens) == min(words, MAX_VARIANTS)
    assert left_out.texts[0] == text
    assert len(left_out.texts) == 1 + len(left_out.tokens)
    assert [word for token in left_out.tokens for word in token.split()] == text.split()
    sizes = {len(token.split()) for token in left_out.tokens}
    assert not sizes or max(sizes) - min(sizes) <= 1
    for token, variant in zip(left_out.tokens, left_out.texts[1:], strict=True):
        assert len(variant.split()) == words - len(token.split())
        assert not set(token.split()) & set(variant.split())


@given(text=TEXTS)
def test_tokens_are_pieces_of_the_text_in_its_order(text: str) -> None:
    for tokens in (leave_one_out(text).tokens, split_words(text)):
        position = 0
        for token in tokens:
            found = text.index(token, position)
            assert not text[position:found].strip()
            position = found + len(token)
        assert not text[position:].strip()


def test_shares_of_0_and_1_have_finite_weights() -> None:
    positive, negative = (0.0, 0.0, 1.0), (1.0, 0.0, 0.0)
    shares = np.array([positive, negative, positive], dtype=np.float32)
    weights = leave_one_out("lovely crew").weights(shares)
    assert weights[0] == pytest.approx(2 * 32.2, abs=0.1)
    assert weights[1] == 0


# Texts with one word of sentiment, the word, and whether it is positive.
DECIDED = [
    ("We boarded the lovely plane at noon", "lovely", True),
    ("The flight from Lyon was great", "great", True),
    ("I love the seats in this row", "love", True),
    ("We boarded the awful plane at noon", "awful", False),
    ("The flight from Lyon was horrible", "horrible", False),
    ("I hate the seats in this row", "hate", False),
]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_word_of_sentiment_has_the_largest_weight(
    champions: dict[str, Path], family: str
) -> None:
    _, scorer = load_model(champions[family], "onnx")
    for text, word, positive in DECIDED:
        found, weight = strongest(scorer, text)
        assert (found, weight > 0) == (word, positive), text


@pytest.mark.parametrize("family", [name for name, family in FAMILIES.items() if family.linear])
def test_the_weights_of_a_linear_champion_add_up_to_the_log_odds(
    champions: dict[str, Path], family: str
) -> None:
    _, scorer = load_model(champions[family], "onnx")
    for text in (*SENTENCES, *(text for text, *_ in DECIDED)):
        whole, nothing = log_ratio(scorer.score([text, ""]))
        assert float(contributions(scorer, text).sum()) == pytest.approx(whole - nothing, abs=1e-3)
