"""What batching and prediction ask of a model, wherever it runs."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.arrays import FloatArray
from models.artifacts.folder import CalibratedScorer
from models.confidence.doubt import DOUBTS, Doubt, find_unread
from models.shares import READERS
from models.text.normalization import normalize_light

# The loop gets its turn after the text within which this has passed.
_TURN_S = 0.002


COLUMNS = len(READERS) + 1
"""Columns of scores: the shares of ``READERS``, then why the model cannot read the text.

The reason is its place in ``UNREAD``.
"""

UNREAD: tuple[Doubt | None, ...] = (None, *DOUBTS)


@dataclass(frozen=True)
class ScoredBatch:
    """Scores, shape (n, COLUMNS), float32, and the seconds spent reading the texts, if known."""

    scores: FloatArray
    tokenize_s: float = 0.0


ScoreBatch = Callable[[list[str]], Awaitable[ScoredBatch]]
Contributions = Callable[[str], Awaitable[FloatArray]]


class ScorerUnavailableError(Exception):
    """The model's process does not answer; the message names the model."""


def score_on_loop(scorer: CalibratedScorer, languages: Sequence[str]) -> ScoreBatch:
    """Scoring by plain Python, a few milliseconds between two turns of the loop.

    In a thread it would only take the interpreter away from the loop, for 5 ms each time.
    """

    async def score_batch(texts: list[str]) -> ScoredBatch:
        scores = np.empty((len(texts), COLUMNS), dtype=np.float32)
        tokenize_s, turn_began = 0.0, time.perf_counter()
        for index, text in enumerate(texts):
            scored = _score(scorer, languages, [text])
            scores[index] = scored.scores[0]
            tokenize_s += scored.tokenize_s
            if time.perf_counter() - turn_began > _TURN_S:
                await asyncio.sleep(0)
                turn_began = time.perf_counter()
        return ScoredBatch(scores, tokenize_s)

    return score_batch


def score_in_thread(scorer: CalibratedScorer, languages: Sequence[str]) -> ScoreBatch:
    """Scoring in a thread of this process: ONNX Runtime and tokenizers let its loop go on."""

    async def score_batch(texts: list[str]) -> ScoredBatch:
        return await asyncio.to_thread(_score, scorer, languages, texts)

    return score_batch


def score_texts(
    scorer: CalibratedScorer, languages: Sequence[str], texts: Sequence[str]
) -> FloatArray:
    """Scores, shape (n, COLUMNS), float32, by a model that reads ``languages``."""
    return _score(scorer, languages, texts).scores


def _score(scorer: CalibratedScorer, languages: Sequence[str], texts: Sequence[str]) -> ScoredBatch:
    started = time.perf_counter()
    tokens = scorer.tokenize(texts)
    unread = [
        UNREAD.index(find_unread(text, normalize_light(text), unknown, languages))
        for text, unknown in zip(texts, tokens.unknown.tolist(), strict=True)
    ]
    tokenize_s = time.perf_counter() - started
    scores = np.empty((len(texts), COLUMNS), dtype=np.float32)
    scores[:, :-1], scores[:, -1] = scorer.score_tokens(tokens), unread
    return ScoredBatch(scores, tokenize_s)
