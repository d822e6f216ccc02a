"""Scores: shares of readers, and the reason why a text cannot be read."""

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from models.artifacts.folder import CalibratedScorer
from models.baseline.family import Baseline
from models.baseline.options import BaselineOptions
from models.confidence.calibration import Calibration
from models.confidence.doubt import Doubt, find_unread
from models.examples import POSITIVE, Examples
from models.reader_shares import READERS
from models.text.normalization import normalize_light
from serving.prediction.scoring import (
    COLUMNS,
    UNREAD_REASONS,
    ScoreBatch,
    score_in_thread,
    score_on_loop,
    score_texts,
)
from serving.prediction.tweet import Tweet
from tests.support.models.confidence import CALIBRATION
from tests.support.models.fitting import NullMonitor, invented_examples, rated_examples

ENGLISH = ("en",)
FRENCH = "l'\u00e9quipage \u00e9tait charmant, on est arriv\u00e9s \u00e0 l'heure"
READ: list[tuple[str, Doubt | None]] = [
    ("the crew was lovely", None),
    ("the crew was awful and the lounge is a disgrace", None),
    ("@AirParadis https://airparadis.com 7 pm", "empty"),
    ("\u1261\u1293 \u1261\u1293 \u1261\u1293", "unreadable"),
    (FRENCH, "language"),
]
TEXTS = [text for text, _ in READ]


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> CalibratedScorer:
    """A model trained on English texts and one French text."""
    english, work = rated_examples(), tmp_path_factory.mktemp("work")
    examples = Examples(
        [*english.texts, FRENCH, FRENCH],
        np.append(english.labels, [POSITIVE, POSITIVE]).astype(np.int8),
        np.concatenate([english.targets, english.targets[:2]]),
    )
    classifier = Baseline().fit(examples, examples, BaselineOptions(), 7, NullMonitor(), work)
    return CalibratedScorer(classifier, CALIBRATION)


def test_a_row_has_the_shares_of_readers_and_the_reason(
    scorer: CalibratedScorer,
) -> None:
    scores = score_texts(scorer, ENGLISH, TEXTS)
    assert scores.shape == (len(TEXTS), COLUMNS)
    assert scores.dtype == np.float32
    assert scores[:, : len(READERS)].tolist() == scorer.score(TEXTS).tolist()
    assert (scores[:, : len(READERS)] > 0).all()
    unknown = scorer.tokenize(TEXTS).unknown.tolist()
    for text, share, place, expected in zip(
        TEXTS, unknown, scores[:, -1].tolist(), dict(READ).values(), strict=True
    ):
        reason = find_unread(text, normalize_light(text), share, ENGLISH)
        assert UNREAD_REASONS[int(place)] == reason == expected


def test_a_language_that_the_model_reads_is_no_reason_for_doubt(scorer: CalibratedScorer) -> None:
    (row,) = score_texts(scorer, ("en", "fr"), [FRENCH])
    assert UNREAD_REASONS[int(row[-1])] is None


def test_no_texts_give_no_rows(scorer: CalibratedScorer) -> None:
    assert score_texts(scorer, ENGLISH, []).shape == (0, COLUMNS)


@pytest.mark.parametrize("place", [score_on_loop, score_in_thread])
def test_scores_are_the_same_on_the_loop_and_in_a_thread(
    scorer: CalibratedScorer, place: Callable[..., ScoreBatch]
) -> None:
    scored = asyncio.run(_score(place(scorer, ENGLISH)))
    assert scored.tolist() == score_texts(scorer, ENGLISH, TEXTS).tolist()


async def _score(score: ScoreBatch) -> np.ndarray:
    batch = await score(list(map(Tweet, TEXTS)))
    assert batch.tokenize_s > 0
    return batch.scores


def test_a_model_of_two_classes_has_no_neutral_readers(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    examples, work = invented_examples(), tmp_path_factory.mktemp("work")
    classifier = Baseline().fit(examples, examples, BaselineOptions(), 7, NullMonitor(), work)
    scorer = CalibratedScorer(classifier, Calibration(1.0, (0.0, 0.0)))
    scores = score_texts(scorer, ENGLISH, TEXTS)
    assert scores.shape == (len(TEXTS), COLUMNS)
    assert not scores[:, 1].any()
    np.testing.assert_allclose(scores[:, :3].sum(axis=1), 1, atol=1e-6)
