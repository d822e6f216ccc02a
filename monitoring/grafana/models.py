"""The models dashboard: live versions, predictions, certainty, agreement with feedback."""

from grafana_foundation_sdk.models import units

from monitoring.grafana.challenger import CHALLENGER
from monitoring.grafana.dashboard import MODEL, dashboard
from monitoring.grafana.panels import (
    GREEN,
    RED,
    falling,
    fixed_color,
    histogram,
    histogram_over_time,
    label_table,
    query,
    rising,
    single_stat,
    time_series,
)
from monitoring.grafana.promql import increase, mean, rate, share, total

_MODEL = 'model=~"$model"'
_PREDICTIONS = f"sentiment_predictions_total{{{_MODEL}}}"
_POSITIVE = f'sentiment_predictions_total{{{_MODEL}, label="positive"}}'
_UNCERTAIN = f"sentiment_uncertain_predictions_total{{{_MODEL}}}"
_DOUBTS = f"sentiment_doubt_total{{{_MODEL}}}"
# A recording rule of the alert SentimentLabelShareLow.
_IN_A_DAY = f"sentiment:predictions:increase1d{{{_MODEL}}}"
_POSITIVE_IN_A_DAY = f'sentiment:predictions:increase1d{{{_MODEL}, label="positive"}}'
_PROMISED_POSITIVE = f'sentiment_promised_share{{{_MODEL}, label="positive"}}'
_PROMISED_NEGATIVE = f'sentiment_promised_share{{{_MODEL}, label="negative"}}'
_PROBABILITY = "sentiment_prediction_probability"
_VERDICTS = f"sentiment_feedback_total{{{_MODEL}}}"
_CORRECT = f'sentiment_feedback_total{{{_MODEL}, verdict="correct"}}'
_SAID_POSITIVE = f'sentiment_feedback_total{{{_MODEL}, predicted="positive"}}'
_RIGHTLY_POSITIVE = f'sentiment_feedback_total{{{_MODEL}, predicted="positive", verdict="correct"}}'
_SELECTION = (
    "People correct wrong predictions more often than they confirm right ones, so that the share "
    "is a lower bound rather than an estimate."
)

_LIVE = (
    label_table(
        "Versions live",
        (
            "Each model that is served: its version in the model store, its MLflow run, its "
            "scoring backend and its live processes. Two versions of a model are a rollout in "
            "progress."
        ),
        units.String,
        query(f"sum by (model, version, run_id, backend) (sentiment_model_info{{{_MODEL}}})"),
        columns={
            "model": "Model",
            "version": "Version",
            "run_id": "MLflow run",
            "backend": "Backend",
            "Value": "Processes",
        },
    )
    .span(16)
    .height(6),
    single_stat(
        "Agreement with feedback",
        f"Share of the verdicts, within the time shown, that found the label right. {_SELECTION}",
        units.PercentUnit,
        query(
            share(increase(_CORRECT, "$__range"), increase(_VERDICTS, "$__range")),
            "agreement",
        ),
        thresholds=falling(0.8, 0.9),
    )
    .max(1)
    .decimals(1)
    .no_value("no feedback")
    .height(6),
    single_stat(
        "Uncertain",
        (
            "Share of predictions in doubt now, for any reason. A person should check these "
            "predictions."
        ),
        units.PercentUnit,
        query(share(rate(_UNCERTAIN), rate(_PREDICTIONS)), "uncertain"),
        thresholds=rising(0.5, 0.75),
    )
    .max(1)
    .decimals(1)
    .no_value("no traffic")
    .height(6),
)

_ANSWERS = (
    time_series(
        "Labels",
        "Predictions per second by label.",
        units.CountsPerSecond,
        query(rate(_PREDICTIONS, "label"), "{{label}}"),
        stacked=True,
    )
    .override_by_name("positive", fixed_color(GREEN))
    .override_by_name("negative", fixed_color(RED)),
    time_series(
        "Positive share by model",
        (
            "Share of a model's predictions that are positive. A lasting change without an "
            "event behind it is drift, or a bad version."
        ),
        units.PercentUnit,
        query(share(rate(_POSITIVE, "model"), rate(_PREDICTIONS, "model")), "{{model}}"),
    )
    .max(1)
    .no_value("no traffic"),
    time_series(
        "Predictions by model and version",
        "Predictions per second by model and version.",
        units.CountsPerSecond,
        query(rate(_PREDICTIONS, "model", "version"), "{{model}} {{version}}"),
    ),
)

_DOUBT = (
    time_series(
        "Predictions in doubt, by reason",
        (
            "Predictions per second that a person should check. In the band the promised "
            "precision is not reached. The other texts are empty, of unknown words, or in a "
            "language that the model does not read."
        ),
        units.CountsPerSecond,
        query(rate(_DOUBTS, "doubt"), "{{doubt}}"),
        stacked=True,
    ),
    time_series(
        "Uncertain share by model",
        "Share of a model's predictions in doubt, for any reason.",
        units.PercentUnit,
        query(share(rate(_UNCERTAIN, "model"), rate(_PREDICTIONS, "model")), "{{model}}"),
        thresholds=rising(0.5, 0.75),
    )
    .max(1)
    .no_value("no traffic"),
    time_series(
        "Positive share over a day and its bounds",
        (
            "Share of a day's predictions of a model that are positive. The promised precision "
            "of positive holds above *at least*, that of negative below *at most*. Outside "
            "these bounds an alert fires."
        ),
        units.PercentUnit,
        query(
            share(total(_POSITIVE_IN_A_DAY, "model"), total(_IN_A_DAY, "model")),
            "{{model}}",
        ),
        query(f"max by (model) ({_PROMISED_POSITIVE})", "{{model}}, at least"),
        query(f"1 - max by (model) ({_PROMISED_NEGATIVE})", "{{model}}, at most"),
    )
    .max(1)
    .no_value("no traffic"),
)

_CERTAINTY = (
    histogram_over_time(
        "Probability of positive",
        (
            "Predictions per second by calibrated probability of positive. A model that is "
            "certain is dark at both ends. A model that guesses is dark in the middle."
        ),
        units.PercentUnit,
        query(rate(f"{_PROBABILITY}_bucket{{{_MODEL}}}", "le"), "{{le}}"),
    ),
    histogram(
        "Probability of positive, within the time shown",
        (
            "Predictions within the time shown by calibrated probability of positive. The name "
            "of a bar is the upper bound of its bucket, its length the bucket's count."
        ),
        units.Short,
        query(increase(f"{_PROBABILITY}_bucket{{{_MODEL}}}", "$__range", "le"), "{{le}}"),
    ),
    time_series(
        "Mean probability by model",
        (
            "Mean calibrated probability of positive. For a well calibrated model it equals the "
            "share of positive tweets."
        ),
        units.PercentUnit,
        query(mean(_PROBABILITY, f"{{{_MODEL}}}", "model"), "{{model}}"),
    )
    .max(1)
    .no_value("no traffic"),
    time_series(
        "Agreement with feedback over a day",
        f"Share of a day's verdicts that found the label right. {_SELECTION}",
        units.PercentUnit,
        query(
            share(increase(_CORRECT, "1d", "model"), increase(_VERDICTS, "1d", "model")),
            "{{model}}",
        ),
        thresholds=falling(0.8, 0.9),
    )
    .max(1)
    .no_value("no feedback")
    .span(12),
    time_series(
        "Precision of positive by feedback over a day",
        (
            "Share of correct verdicts among a day's verdicts on positive predictions: the "
            "project's key figure, estimated from feedback. "
            f"{_SELECTION}"
        ),
        units.PercentUnit,
        query(
            share(
                increase(_RIGHTLY_POSITIVE, "1d", "model"),
                increase(_SAID_POSITIVE, "1d", "model"),
            ),
            "{{model}}",
        ),
        thresholds=falling(0.8, 0.9),
    )
    .max(1)
    .no_value("no feedback")
    .span(12),
)

DASHBOARD = dashboard(
    "models",
    "Sentiment: models",
    "Live versions, their answers and certainty, their agreement with feedback, and challengers.",
    rows={
        "Live": _LIVE,
        "Answers": _ANSWERS,
        "Doubt": _DOUBT,
        "Certainty": _CERTAINTY,
        "Challenger": CHALLENGER,
    },
    variable=MODEL,
)
