"""The service's Prometheus metrics. Each label has a bounded set of values.

A worker imports this module after BentoML has set ``PROMETHEUS_MULTIPROC_DIR``.
"""

from collections.abc import Mapping, Sequence
from math import nan
from typing import Literal, get_args

from prometheus_client import Counter, Gauge, Histogram

from models.confidence.doubt import DOUBTS, Doubt

_CALL_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Bounds of the buckets for one call of a scorer."""

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
    buckets=_CALL_SECONDS,
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
SHADOW_PREDICTIONS = Counter(
    "sentiment_shadow_predictions_total",
    "Predictions of the challenger in the shadow, by agreement with the champion's label",
    ["model", "version", "agreement"],
)
SHADOW_DROPPED = Counter(
    "sentiment_shadow_dropped_total", "Texts dropped from the full queue of the shadow", ["model"]
)
SHADOW_DIFFERENCE = Histogram(
    "sentiment_shadow_probability_difference",
    "Absolute difference of P(positive) between champion and challenger",
    ["model"],
    buckets=[0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1],
)
SHADOW_SECONDS = Histogram(
    "sentiment_shadow_seconds",
    "Processor seconds of the challenger's scorer for one text in the shadow",
    ["model"],
    buckets=_CALL_SECONDS,
)
SHADOW_VERDICTS = Counter(
    "sentiment_shadow_verdicts_total",
    "Verdicts on texts that champion and challenger scored, credited to both",
    ["model", "version", "role", "verdict"],
)
# All workers compute the same decision and the same state from the stored verdicts.
SHADOW_DECISION = Gauge(
    "sentiment_shadow_decision",
    "By the verdicts in the shadow: 1 the challenger is better, -1 worse, 0 undecided",
    ["model", "version"],
    multiprocess_mode="mostrecent",
)
SPLIT_STATE = Gauge(
    "sentiment_split_state",
    "1 if the challenger answers its share of the clients, 0 after a rollback",
    ["model", "version"],
    multiprocess_mode="mostrecent",
)
SPLIT_ROLLBACKS = Counter(
    "sentiment_split_rollbacks_total", "Challengers that were rolled back as worse", ["model"]
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
Role = Literal["champion", "challenger"]


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


class ShadowMetrics:
    """The children of the metrics of a challenger in the shadow of a champion, all at 0."""

    def __init__(self, model: str, champion_version: str, challenger_version: str) -> None:
        self._predictions = {
            agreement: SHADOW_PREDICTIONS.labels(model, challenger_version, agreement)
            for agreement in ("same", "different")
        }
        self._dropped = SHADOW_DROPPED.labels(model)
        self._difference = SHADOW_DIFFERENCE.labels(model)
        versions = {"champion": champion_version, "challenger": challenger_version}
        self._verdicts = {
            (role, verdict): SHADOW_VERDICTS.labels(model, versions[role], role, verdict)
            for role in get_args(Role)
            for verdict in VERDICTS
        }

    def compared(self, same_label: bool, difference: float) -> None:
        """Count one text that both models scored.

        ``difference`` is the absolute difference of their P(positive).
        """
        self._predictions["same" if same_label else "different"].inc()
        self._difference.observe(difference)

    def dropped(self, texts: int) -> None:
        """Count texts that found the queue full."""
        self._dropped.inc(texts)

    def judged(self, role: Role, correct: bool) -> None:
        """Count one verdict for one of the two models."""
        self._verdicts[role, "correct" if correct else "wrong"].inc()


class SplitMetrics:
    """The metrics of a challenger that answers a share of the clients.

    Rollbacks start at 0. The state has no series before ``answers`` is called: nobody knows yet
    whether the challenger was rolled back.
    """

    def __init__(self, model: str, challenger_version: str) -> None:
        self._labels = (model, challenger_version)
        self._rollbacks = SPLIT_ROLLBACKS.labels(model)

    def answers(self, answers: bool) -> None:
        """Record whether the challenger answers its share (true) or was rolled back (false)."""
        SPLIT_STATE.labels(*self._labels).set(float(answers))

    def rolled_back(self) -> None:
        """Count a rollback. The caller counts each rollback once, in one process."""
        self._rollbacks.inc()
