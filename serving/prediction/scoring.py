"""Scores of a batch of tweets, computed in this process."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.arrays import FloatArray
from models.artifacts.folder import CalibratedScorer
from models.confidence.doubt import DOUBTS, Doubt, find_unread
from models.explanation import contributions
from models.reader_shares import READERS
from serving.prediction.tweet import Tweet

# Scoring returns control to the event loop after this time, so that other requests proceed.
_LOOP_SHARE_S = 0.002

COLUMNS = len(READERS) + 1
"""Columns of scores: the shares of ``READERS``, then the reason why the model cannot read the text.

The reason is given by its index in ``UNREAD_REASONS``.
"""

UNREAD_REASONS: tuple[Doubt | None, ...] = (None, *DOUBTS)


@dataclass(frozen=True)
class ScoredBatch:
    """Scores, shape (n, COLUMNS), float32, and the seconds of tokenization, 0 if unknown."""

    scores: FloatArray
    tokenize_s: float = 0.0


ScoreBatch = Callable[[list[Tweet]], Awaitable[ScoredBatch]]
Contributions = Callable[[str], Awaitable[FloatArray]]


class ScorerUnavailableError(Exception):
    """The runner service of a model does not answer; the message names the model."""


def score_on_loop(scorer: CalibratedScorer, languages: Sequence[str]) -> ScoreBatch:
    """Scoring in the event loop, for a scorer of plain Python.

    The loop gets control back every few milliseconds. In a thread, plain Python would hold the
    interpreter lock for 5 ms at a time.
    """

    async def score_batch(tweets: list[Tweet]) -> ScoredBatch:
        scores = np.empty((len(tweets), COLUMNS), dtype=np.float32)
        tokenize_s, resumed = 0.0, time.perf_counter()
        for index, tweet in enumerate(tweets):
            scored = _score(scorer, languages, [tweet])
            scores[index] = scored.scores[0]
            tokenize_s += scored.tokenize_s
            if time.perf_counter() - resumed > _LOOP_SHARE_S:
                await asyncio.sleep(0)
                resumed = time.perf_counter()
        return ScoredBatch(scores, tokenize_s)

    return score_batch


def score_in_thread(scorer: CalibratedScorer, languages: Sequence[str]) -> ScoreBatch:
    """Scoring in a thread: ONNX Runtime and tokenizers release the interpreter lock."""

    async def score_batch(tweets: list[Tweet]) -> ScoredBatch:
        return await asyncio.to_thread(_score, scorer, languages, tweets)

    return score_batch


def contributions_in_thread(scorer: CalibratedScorer) -> Contributions:
    """Exact word weights of a linear model, computed in a thread."""

    async def contributions_of(text: str) -> FloatArray:
        return await asyncio.to_thread(contributions, scorer, text)

    return contributions_of


def score_texts(
    scorer: CalibratedScorer, languages: Sequence[str], texts: Sequence[str]
) -> FloatArray:
    """Scores, shape (n, COLUMNS), float32, by a model that reads ``languages``."""
    return _score(scorer, languages, list(map(Tweet, texts))).scores


def _score(
    scorer: CalibratedScorer, languages: Sequence[str], tweets: Sequence[Tweet]
) -> ScoredBatch:
    started = time.perf_counter()
    tokens = scorer.tokenize([tweet.light for tweet in tweets])
    reasons = [
        UNREAD_REASONS.index(find_unread(tweet.text, tweet.light, unknown, languages))
        for tweet, unknown in zip(tweets, tokens.unknown.tolist(), strict=True)
    ]
    tokenize_s = time.perf_counter() - started
    scores = np.empty((len(tweets), COLUMNS), dtype=np.float32)
    scores[:, :-1], scores[:, -1] = scorer.score_tokens(tokens), reasons
    return ScoredBatch(scores, tokenize_s)
