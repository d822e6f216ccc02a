"""The service's Prometheus metrics. Each label has a bounded set of values.

A worker imports this module after BentoML has set ``PROMETHEUS_MULTIPROC_DIR``.
"""

from collections.abc import Mapping, Sequence
from math import nan

from prometheus_client import Counter, Gauge, Histogram

from models.confidence.doubt import DOUBTS, Doubt

PREDICTIONS = Counter(
    "sentiment_predictions_total", "Predictions by label", ["model", "version", "label"]
)
PROBABILITY = Histogram(
    "sentiment_prediction_probability",
    "Calibrated probability of positive",
    ["model"],
    buckets=[step / 10 for step in range(1, 11)],
)
UNCERTAIN = Counter("sentiment_uncertain_predictions_total", "Predictions in doubt", ["model"])
DOUBT = Counter("sentiment_doubt_total", "Predictions in doubt, by reason", ["model", "doubt"])
# All workers set the same value.
PROMISED_SHARE = Gauge(
    "sentiment_promised_share",
    "Least share of a label in the traffic at which the promised precision holds",
    ["model", "label"],
    multiprocess_mode="mostrecent",
)
BATCH_SIZE = Histogram(
    "sentiment_inference_batch_size",
    "Texts in one call of the scorer",
    ["model"],
    buckets=[1, 2, 4, 8, 16, 32, 64, 128, 256],
)
INFERENCE_SECONDS = Histogram(
    "sentiment_inference_seconds",
    "Seconds in one call of the scorer",
    ["model"],
    buckets=[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
)
FEEDBACK = Counter(
    "sentiment_feedback_total",
    "Verdicts on predictions",
    ["model", "version", "predicted", "verdict"],
)
WRONG_TEXTS = Counter(
    "sentiment_wrong_texts_total",
    "Texts whose prediction was called wrong; a text counts once in six minutes",
    ["model", "version", "predicted"],
)
FEEDBACK_REFUSED = Counter(
    "sentiment_feedback_refused_total", "Verdicts beyond the bound of a text or client", ["bound"]
)
FEEDBACK_STORE_ERRORS = Counter(
    "sentiment_feedback_store_errors_total", "Failed calls of the feedback store"
)
AUTHENTICATION_FAILURES = Counter(
    "sentiment_authentication_failures_total", "Wrong admin keys and API keys", ["realm"]
)
for realm in ("admin", "api"):
    AUTHENTICATION_FAILURES.labels(realm)
MODEL_INFO = Gauge(
    "sentiment_model_info",
    "Live processes that hold a version of a model; two versions during a change",
    ["model", "version", "run_id", "backend"],
    multiprocess_mode="livesum",
)
SCORING_PROCESSES = Gauge(
    "sentiment_scoring_processes",
    "Live processes that score with a model, by any of its versions",
    ["model"],
    multiprocess_mode="livesum",
)
# The newest value of any worker, since all workers see the same traffic. The mode "max" would keep
# the last value of a worker that died.
DRIFT_SCORE = Gauge(
    "sentiment_drift_score",
    "Population stability index of recent predictions against the model's reference",
    ["model", "feature"],
    multiprocess_mode="mostrecent",
)
DRIFT_P_VALUE = Gauge(
    "sentiment_drift_p_value",
    "P-value of the chi-square test of recent predictions against the model's reference",
    ["model", "feature"],
    multiprocess_mode="mostrecent",
)
QUEUE_TEXTS = Gauge(
    "sentiment_queue_texts", "Texts waiting for a scorer", multiprocess_mode="livesum"
)
CACHE = Counter(
    "sentiment_cache_total",
    "Texts whose score the cache or the same request had (hit) or had not (miss)",
    ["result"],
)
HTTP_REQUESTS = Counter("sentiment_http_requests_total", "HTTP requests", ["route", "code"])
REQUEST_SECONDS = Histogram(
    "sentiment_request_seconds",
    "Seconds from a request's headers to the end of its response",
    ["route"],
    buckets=[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
)

ROUTE = "sentiment.route"
"""Key of an ASGI scope: the template of the path, which ``DocumentedRoutes`` sets."""

LABELS = ("negative", "positive")
VERDICTS = ("correct", "wrong")


class ModelMetrics:
    """The children of the metrics of one served model.

    The children are looked up once, since a look-up takes longer than an increment. Each counter
    starts at 0, since ``increase()`` ignores the first value of a series. ``promised_shares`` are
    the least shares, by label, at which the promised precision holds.
    """

    def __init__(self, model: str, version: str, promised_shares: Mapping[str, float]) -> None:
        for result in ("hit", "miss"):
            CACHE.labels(result)
        self._predictions = {label: PREDICTIONS.labels(model, version, label) for label in LABELS}
        self._probability = PROBABILITY.labels(model)
        self._uncertain = UNCERTAIN.labels(model)
        self._doubts = {doubt: DOUBT.labels(model, doubt) for doubt in DOUBTS}
        self._batch_size = BATCH_SIZE.labels(model)
        self._inference_seconds = INFERENCE_SECONDS.labels(model)
        for bound in ("text", "client"):
            FEEDBACK_REFUSED.labels(bound)
        for label in LABELS:
            WRONG_TEXTS.labels(model, version, label)
            for verdict in VERDICTS:
                FEEDBACK.labels(model, version, label, verdict)
        self._model, self._promised_shares = model, promised_shares

    def export_promise(self) -> None:
        """Export the promise. Only the model that answers has one."""
        for label, share in self._promised_shares.items():
            PROMISED_SHARE.labels(self._model, label).set(share)

    def withdraw_promise(self) -> None:
        """Export no promise. Comparisons with NaN are false, so that no alert fires."""
        for label in self._promised_shares:
            PROMISED_SHARE.labels(self._model, label).set(nan)

    def predicted(
        self,
        labels: Sequence[str],
        probabilities: Sequence[float],
        doubts: Sequence[Doubt | None],
    ) -> None:
        """Count the predictions of a request by label, P(positive) and reason for doubt."""
        for label in set(labels):
            self._predictions[label].inc(labels.count(label))
        for probability in probabilities:
            self._probability.observe(probability)
        reasons = [doubt for doubt in doubts if doubt]
        for reason in set(reasons):
            self._doubts[reason].inc(reasons.count(reason))
        if reasons:
            self._uncertain.inc(len(reasons))

    def scored(self, texts: int, seconds: float) -> None:
        """Count one call of the scorer."""
        self._batch_size.observe(texts)
        self._inference_seconds.observe(seconds)
