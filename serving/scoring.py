"""What batching and prediction ask of a model, wherever it runs."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from models.folder import CalibratedScorer
from models.scorer import FloatArray


@dataclass(frozen=True)
class ScoredBatch:
    """Probabilities, shape (n,), float32, and the seconds spent reading the texts, if known."""

    probabilities: FloatArray
    tokenize_s: float = 0.0


ScoreBatch = Callable[[list[str]], Awaitable[ScoredBatch]]
Contributions = Callable[[str], Awaitable[FloatArray]]


class ScorerUnavailableError(Exception):
    """The model's process does not answer; the message names the model."""


def score_in_thread(scorer: CalibratedScorer) -> ScoreBatch:
    """Scoring in a thread of this process: ONNX Runtime and tokenizers let its loop go on."""

    def score(texts: Sequence[str]) -> ScoredBatch:
        started = time.perf_counter()
        tokens = scorer.tokenize(texts)
        tokenize_s = time.perf_counter() - started
        return ScoredBatch(scorer.score_tokens(tokens), tokenize_s)

    async def score_batch(texts: list[str]) -> ScoredBatch:
        return await asyncio.to_thread(score, texts)

    return score_batch
