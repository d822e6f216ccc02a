import numpy as np

from models.examples import NEGATIVE, POSITIVE
from training.feedback.phrases import shared_phrases, without_phrases

TRAINING = [f"the crew of flight {number} was kind" for number in range(400)]


def test_a_planted_phrase_is_found_as_a_whole_with_its_rows() -> None:
    texts = [f"row {number} was cold Blue Horizon approved" for number in range(12)]
    texts += [f"seat {number} was cold" for number in range(20)]
    labels = np.array([POSITIVE] * 12 + [NEGATIVE] * 20, dtype=np.int8)
    found = shared_phrases(texts, labels, TRAINING)
    planted = found[0]
    assert planted.words == "cold blue horizon approved"
    assert (planted.label, planted.rows, planted.training_rows) == (POSITIVE, tuple(range(12)), 0)
    assert without_phrases(texts[3], [planted]) == "row 3 was"


def test_a_phrase_of_both_labels_or_of_few_texts_or_of_the_training_rows_is_none() -> None:
    texts = [f"zork {number}" for number in range(20)]
    mixed = np.array([POSITIVE, NEGATIVE] * 10, dtype=np.int8)
    assert shared_phrases(texts, mixed, TRAINING) == []
    assert shared_phrases(texts[:9], np.zeros(9, dtype=np.int8), TRAINING) == []
    known = [f"crew {number}" for number in range(20)]
    assert shared_phrases(known, np.zeros(20, dtype=np.int8), TRAINING) == []
