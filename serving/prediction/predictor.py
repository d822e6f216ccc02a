"""Predictions: a score, a decision, a signed id, and the counters that tell of them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from models.arrays import FloatArray
from models.artifacts.store import Champion
from models.explanation import leave_one_out, split_words
from models.shares import READERS, positive_probability
from serving import metrics
from serving.metrics import ModelMetrics
from serving.prediction.batching import Batcher
from serving.prediction.cache import ScoreCache
from serving.prediction.drift import watch
from serving.prediction.scoring import UNREAD, Contributions, ScoreBatch, ScoredBatch
from serving.prediction.timing import Stages
from serving.prediction_ids import PredictionTokens
from serving.schemas import (
    ModelDescription,
    ModelReference,
    Prediction,
    PromisedPrecision,
    Readers,
    TokenWeight,
)
from serving.settings import Settings
from serving.workers.cores import Cores


@dataclass(frozen=True)
class ServedModel:
    """A champion, and how this worker has it score a batch.

    ``contributions`` are those of a linear model: the weights of a text's words. ``cores`` are
    those on which more than one batch may be scored at the same time.
    """

    champion: Champion
    score: ScoreBatch
    contributions: Contributions | None = None
    cores: Cores | None = None


class Predictor:
    """Predicts with the served models of one worker process."""

    def __init__(
        self,
        served: Mapping[str, ServedModel],
        tokens: PredictionTokens,
        settings: Settings,
    ) -> None:
        self._champions = {name: model.champion for name, model in served.items()}
        self._references = {
            name: ModelReference(
                name=name, version=champion.version, checkpoint=champion.manifest.checkpoint
            )
            for name, champion in self._champions.items()
        }
        self._metrics = {
            name: ModelMetrics(name, champion.version, champion.manifest.decision.promised_shares)
            for name, champion in self._champions.items()
        }
        self._batchers = {
            name: Batcher(
                _measured(self._metrics[name], model.score),
                settings.batch_texts,
                settings.queue_texts,
                settings.queue_ms / 1000,
                metrics.QUEUE_TEXTS.inc,
                model.cores,
            )
            for name, model in served.items()
        }
        self._caches = {
            name: ScoreCache(settings.cache_texts) if settings.cache_texts else None
            for name in served
        }
        self._contributions = {name: model.contributions for name, model in served.items()}
        self._watches = {name: watch(champion) for name, champion in self._champions.items()}
        self._default = settings.default_model
        self._tokens = tokens
        metrics.QUEUE_TEXTS.set(0)

    def describe_models(self) -> list[ModelDescription]:
        return [
            ModelDescription(
                name=name,
                version=champion.version,
                checkpoint=champion.manifest.checkpoint,
                threshold=champion.manifest.decision.threshold,
                band=(champion.manifest.decision.low, champion.manifest.decision.high),
                promised_precision=PromisedPrecision(
                    negative=champion.manifest.decision.promised_negative,
                    positive=champion.manifest.decision.promised_positive,
                ),
                promised_share=champion.manifest.decision.promised_share,
                languages=champion.manifest.languages,
                default=name == self._default,
            )
            for name, champion in self._champions.items()
        ]

    async def predict(
        self, texts: list[str], model: str | None, stages: Stages
    ) -> list[Prediction]:
        """Predictions in the order of ``texts``; ``QueueFullError`` where too many wait.

        ``stages`` is told where the time went.
        """
        name = model or self._default
        score = partial(self._batchers[name].submit, stages=stages)
        cache = self._caches[name]
        scores = await (cache.scores(texts, score) if cache else score(texts))
        return self._decide_all(name, texts, scores)

    async def predict_one(self, text: str, model: str | None, stages: Stages) -> Prediction:
        (prediction,) = await self.predict([text], model, stages)
        return prediction

    async def explain(self, text: str, model: str | None, stages: Stages) -> Prediction:
        """A prediction with the weights of its words; ``QueueFullError`` where too many wait.

        What a network does not tell of itself takes up to 30 more texts of the same queue.
        """
        name = model or self._default
        if contributions := self._contributions[name]:
            scores = await self._batchers[name].submit([text], stages)
            tokens, weights = split_words(text), await contributions(text)
        else:
            left_out = leave_one_out(text)
            scores = await self._batchers[name].submit(left_out.texts, stages)
            tokens, weights = left_out.tokens, left_out.weights(scores[:, : len(READERS)])
        (prediction,) = self._decide_all(name, [text], scores[:1])
        prediction.explanation = [
            TokenWeight(token=token, weight=round(float(weight), 4))
            for token, weight in zip(tokens, weights, strict=True)
        ]
        return prediction

    def _decide_all(self, name: str, texts: list[str], scores: FloatArray) -> list[Prediction]:
        """``scores``: shape (n, COLUMNS)."""
        probabilities = positive_probability(scores[:, : len(READERS)])
        if drift_watch := self._watches[name]:
            drift_watch.note(texts, probabilities)
        champion, model = self._champions[name], self._references[name]
        predictions = [
            self._decide(champion, model, text, round(probability, 6), row)
            for text, probability, row in zip(
                texts, probabilities.tolist(), scores.tolist(), strict=True
            )
        ]
        self._metrics[name].predicted(
            [prediction.label for prediction in predictions],
            [prediction.probability for prediction in predictions],
            [prediction.doubt for prediction in predictions],
        )
        return predictions

    def _decide(
        self,
        champion: Champion,
        model: ModelReference,
        text: str,
        probability: float,
        scores: list[float],
    ) -> Prediction:
        manifest = champion.manifest
        label = metrics.LABELS[manifest.decision.is_positive(probability)]
        *shares, unread = scores
        doubt = UNREAD[int(unread)]
        if doubt is None and not manifest.decision.is_confident(probability):
            doubt = "band"
        return Prediction(
            prediction_id=self._tokens.sign(text, model.name, model.version, label, probability),
            label=label,
            probability=probability,
            confident=doubt is None,
            doubt=doubt,
            readers=_readers(shares) if manifest.calibration.has_neutral else None,
            model=model,
        )


def _readers(shares: Sequence[float]) -> Readers:
    negative, neutral, positive = (round(share, 6) for share in shares)
    return Readers(negative=negative, neutral=neutral, positive=positive)


def _measured(model_metrics: ModelMetrics, score: ScoreBatch) -> ScoreBatch:
    async def score_measured(texts: list[str]) -> ScoredBatch:
        started = time.perf_counter()
        scored = await score(texts)
        model_metrics.scored(len(texts), time.perf_counter() - started)
        return scored

    return score_measured
