"""Predictions of one model: scores, a decision, a signed id, metrics and drift."""

from collections.abc import Callable
from functools import partial

from models.answers import decide
from models.arrays import FloatArray
from models.artifacts.store import StoredModel
from models.explanation import leave_one_out, split_words
from models.reader_shares import READERS, positive_probability
from serving import metrics
from serving.metrics import ModelMetrics
from serving.prediction.batching import Batcher
from serving.prediction.cache import ScoreCache
from serving.prediction.drift import watch
from serving.prediction.scoring import UNREAD_REASONS, Contributions, ScoreBatch
from serving.prediction.timing import RequestTiming
from serving.prediction.tweet import Tweet
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


class Predictor:
    """Predicts with one family's champion in one worker process.

    ``contributions`` gives the weights of a text's words if the model is linear. With ``cores``
    more than one batch may be scored at the same time. ``is_ready`` asks the runner of the family.
    """

    def __init__(
        self,
        champion: StoredModel,
        score: ScoreBatch,
        tokens: PredictionTokens,
        settings: Settings,
        contributions: Contributions | None = None,
        cores: Cores | None = None,
        is_ready: Callable[[], bool] | None = None,
    ) -> None:
        manifest = champion.manifest
        self._champion = champion
        self._decision = manifest.decision
        self._model = ModelReference(
            name=champion.name, version=champion.version, checkpoint=manifest.checkpoint
        )
        self._metrics = ModelMetrics(
            champion.name, champion.version, manifest.decision.promised_shares
        )
        self._batcher = Batcher(
            score,
            settings.batch_texts,
            settings.queue_texts,
            settings.queue_ms / 1000,
            metrics.QUEUE_TEXTS.inc,
            self._metrics.scored,
            cores,
        )
        self._cache = ScoreCache(settings.cache_texts) if settings.cache_texts else None
        self._drift = watch(champion)
        self._contributions = contributions
        self._tokens = tokens
        self._is_ready = is_ready
        self.has_readers = manifest.calibration.has_neutral
        """Whether a prediction has the shares of readers; not so for a model of two classes."""

    @property
    def version(self) -> str:
        return self._champion.version

    def export_promise(self) -> None:
        """Export the promised shares. Call this when this predictor begins to answer."""
        self._metrics.export_promise()

    def withdraw_promise(self) -> None:
        """Withdraw the promised shares. Call this when another predictor answers."""
        self._metrics.withdraw_promise()

    def is_ready(self) -> bool:
        """Whether the scorer answers."""
        return self._is_ready is None or self._is_ready()

    def describe(self, *, default: bool) -> ModelDescription:
        manifest, decision = self._champion.manifest, self._decision
        return ModelDescription(
            name=self._champion.name,
            version=self._champion.version,
            checkpoint=manifest.checkpoint,
            threshold=decision.threshold,
            band=(decision.low, decision.high),
            promised_precision=PromisedPrecision(
                negative=decision.promised_negative, positive=decision.promised_positive
            ),
            promised_share=decision.promised_share,
            languages=manifest.languages,
            default=default,
        )

    async def predict(self, texts: list[str], timing: RequestTiming) -> list[Prediction]:
        """Predictions in the order of ``texts``.

        Raises ``QueueFullError``, or the scorer's exception.
        """
        tweets = list(map(Tweet, texts))
        score = partial(self._batcher.submit, timing=timing)
        scores = await (self._cache.scores(tweets, score) if self._cache else score(tweets))
        return self._decide_all(texts, scores)

    async def explain(self, text: str, timing: RequestTiming) -> Prediction:
        """A prediction with the weights of its words.

        Raises ``QueueFullError``, or the scorer's exception. A model that is not linear scores up
        to 30 variants of the text, which queue like any other texts.
        """
        if self._contributions:
            scores = await self._batcher.submit([Tweet(text)], timing)
            tokens, weights = split_words(text), await self._contributions(text)
        else:
            left_out = leave_one_out(text)
            scores = await self._batcher.submit(list(map(Tweet, left_out.texts)), timing)
            tokens, weights = left_out.tokens, left_out.weights(scores[:, : len(READERS)])
        (prediction,) = self._decide_all([text], scores[:1])
        prediction.explanation = [
            TokenWeight(token=token, weight=round(float(weight), 4))
            for token, weight in zip(tokens, weights, strict=True)
        ]
        return prediction

    def _decide_all(self, texts: list[str], scores: FloatArray) -> list[Prediction]:
        """Predictions of n texts from their ``scores``, shape (n, COLUMNS)."""
        probabilities = positive_probability(scores[:, : len(READERS)])
        if self._drift:
            self._drift.record(texts, probabilities)
        predictions = [
            self._decide(text, probability, row)
            for text, probability, row in zip(
                texts, probabilities.tolist(), scores.tolist(), strict=True
            )
        ]
        self._metrics.predicted(
            [prediction.label for prediction in predictions],
            [prediction.probability for prediction in predictions],
            [prediction.doubt for prediction in predictions],
        )
        return predictions

    def _decide(self, text: str, probability: float, scores: list[float]) -> Prediction:
        """The prediction of one text from its ``scores``, a row of COLUMNS."""
        model = self._model
        *shares, reason = scores
        unread = UNREAD_REASONS[int(reason)]
        answer = decide(self._champion.manifest, shares, probability, unread)
        label, probability = answer.label, answer.probability
        return Prediction(
            prediction_id=self._tokens.sign(text, model.name, model.version, label, probability),
            label=label,
            probability=probability,
            confident=answer.confident,
            doubt=answer.doubt,
            readers=_readers(answer.readers) if answer.readers else None,
            model=model,
        )


def _readers(shares: tuple[float, float, float]) -> Readers:
    negative, neutral, positive = shares
    return Readers(negative=negative, neutral=neutral, positive=positive)
