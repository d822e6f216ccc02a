"""What batching and prediction ask of a model, wherever it runs."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.folder import CalibratedScorer
from models.scorer import FloatArray

_TEXTS_A_TURN = 8


@dataclass(frozen=True)
class ScoredBatch:
    """Probabilities, shape (n,), float32, and the seconds spent reading the texts, if known."""

    probabilities: FloatArray
    tokenize_s: float = 0.0


ScoreBatch = Callable[[list[str]], Awaitable[ScoredBatch]]
Contributions = Callable[[str], Awaitable[FloatArray]]


class ScorerUnavailableError(Exception):
    """The model's process does not answer; the message names the model."""


def score_on_loop(scorer: CalibratedScorer) -> ScoreBatch:
    """Scoring by plain Python, a few texts between two turns of the loop.

    In a thread it would only take the interpreter away from the loop, for 5 ms each time.
    """

    async def score_batch(texts: list[str]) -> ScoredBatch:
        probabilities = np.empty(len(texts), dtype=np.float32)
        tokenize_s = 0.0
        for start in range(0, len(texts), _TEXTS_A_TURN):
            turn = slice(start, start + _TEXTS_A_TURN)
            scored = _score(scorer, texts[turn])
            probabilities[turn] = scored.probabilities
            tokenize_s += scored.tokenize_s
            await asyncio.sleep(0)
        return ScoredBatch(probabilities, tokenize_s)

    return score_batch


def score_in_thread(scorer: CalibratedScorer) -> ScoreBatch:
    """Scoring in a thread of this process: ONNX Runtime and tokenizers let its loop go on."""

    async def score_batch(texts: list[str]) -> ScoredBatch:
        return await asyncio.to_thread(_score, scorer, texts)

    return score_batch


def _score(scorer: CalibratedScorer, texts: Sequence[str]) -> ScoredBatch:
    started = time.perf_counter()
    tokens = scorer.tokenize(texts)
    tokenize_s = time.perf_counter() - started
    return ScoredBatch(scorer.score_tokens(tokens), tokenize_s)
