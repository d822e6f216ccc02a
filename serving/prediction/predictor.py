"""Predictions of one model: scores, a decision, a signed id, metrics and drift."""

from collections.abc import Callable, Sequence
from functools import partial

from models.answers import Answer
from models.arrays import FloatArray
from models.artifacts.store import Alias, StoredModel
from models.explanation import leave_one_out, split_words
from models.reader_shares import READERS, positive_probability
from serving import metrics
from serving.metrics import ModelMetrics
from serving.prediction.batching import Batcher
from serving.prediction.cache import ScoreCache
from serving.prediction.decisions import decide_all
from serving.prediction.drift import watch
from serving.prediction.scoring import Contributions, ScoreBatch
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

Observer = Callable[[Sequence[str], Sequence[Prediction]], None]
"""Takes the texts of a request and their predictions, both of length n."""


class Predictor:
    """Predicts with one model in one worker process.

    ``contributions`` gives the weights of a text's words if the model is linear. With ``cores``
    more than one batch may be scored at the same time. ``is_ready`` asks the runner of the family.
    ``observe``, if it is set, is called with all predictions.

    Drift and promise are figures of the champion alone: a challenger sets none of their gauges.
    """

    def __init__(
        self,
        model: StoredModel,
        score: ScoreBatch,
        tokens: PredictionTokens,
        settings: Settings,
        contributions: Contributions | None = None,
        cores: Cores | None = None,
        is_ready: Callable[[], bool] | None = None,
        alias: Alias = "champion",
    ) -> None:
        manifest, is_champion = model.manifest, alias == "champion"
        self._stored = model
        self._decision = manifest.decision
        self._model = ModelReference(
            name=model.name, version=model.version, checkpoint=manifest.checkpoint
        )
        self._metrics = ModelMetrics(
            model.name, model.version, manifest.decision.promised_shares if is_champion else {}
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
        self._drift = watch(model) if is_champion else None
        self.observe: Observer | None = None
        self._contributions = contributions
        self._tokens = tokens
        self._is_ready = is_ready
        self.has_readers = manifest.calibration.has_neutral
        """Whether a prediction has the shares of readers; not so for a model of two classes."""

    @property
    def version(self) -> str:
        return self._stored.version

    @property
    def waiting(self) -> int:
        """Texts that wait for the scorer."""
        return self._batcher.waiting

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
        manifest, decision = self._stored.manifest, self._decision
        return ModelDescription(
            name=self._stored.name,
            version=self._stored.version,
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
        if self._drift:
            self._drift.record(texts, positive_probability(scores[:, : len(READERS)]))
        answers = decide_all(self._stored.manifest, scores)
        predictions = list(map(self._sign, texts, answers))
        self._metrics.predicted(
            [answer.label for answer in answers],
            [answer.probability for answer in answers],
            [answer.doubt for answer in answers],
        )
        if self.observe:
            self.observe(texts, predictions)
        return predictions

    def _sign(self, text: str, answer: Answer) -> Prediction:
        """The answer to a text with a signed id."""
        model, label, probability = self._model, answer.label, answer.probability
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
