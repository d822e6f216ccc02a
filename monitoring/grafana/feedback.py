"""The dashboard of feedback and drift: verdicts, store errors, drift scores."""

from grafana_foundation_sdk.models import units

from monitoring.grafana.dashboard import MODEL, dashboard
from monitoring.grafana.panels import (
    GREEN,
    RED,
    bar_gauge,
    fixed_color,
    query,
    rising,
    single_stat,
    time_series,
)
from monitoring.grafana.promql import increase, rate, share, total

_MODEL = 'model=~"$model"'
_VERDICTS = f"sentiment_feedback_total{{{_MODEL}}}"
_WRONG = f'sentiment_feedback_total{{{_MODEL}, verdict="wrong"}}'
_PREDICTIONS = f"sentiment_predictions_total{{{_MODEL}}}"
_STORE_ERRORS = "sentiment_feedback_store_errors_total"
_REFUSED = "sentiment_feedback_refused_total"
_DRIFT = f"sentiment_drift_score{{{_MODEL}}}"
# The recording rule counts exactly. increase() would miss counts and extrapolate.
_WRONG_IN_5_MINUTES = f"sentiment:wrong_texts:increase5m{{{_MODEL}}}"
# Common limits of the population stability index: below 0.1 no shift, above 0.2 a shift.
_DRIFT_THRESHOLDS = rising(0.1, 0.2)
# The red threshold is that of the alert: half a text below three.
_ALERT = rising(1.5, 2.5)

_NOW = (
    single_stat(
        "Wrong within 5 minutes",
        "Texts called wrong within 5 minutes on all selected models. Three fire an alert.",
        units.Short,
        query(total(_WRONG_IN_5_MINUTES), "wrong"),
        thresholds=_ALERT,
    )
    .decimals(0)
    .span(6),
    single_stat(
        "Wrong share over a day",
        "Share of wrong verdicts among a day's verdicts.",
        units.PercentUnit,
        query(share(increase(_WRONG, "1d"), increase(_VERDICTS, "1d")), "wrong"),
        thresholds=rising(0.1, 0.2),
    )
    .max(1)
    .decimals(1)
    .no_value("no feedback")
    .span(6),
    single_stat(
        "Feedback lost",
        (
            "Failed calls of the feedback store within the time shown. The senders of verdicts "
            "received a 503 and can retry."
        ),
        units.Short,
        query(increase(_STORE_ERRORS, "$__range"), "errors"),
        thresholds=rising(1, 10),
    )
    .decimals(0)
    .span(6),
    single_stat(
        "Largest drift",
        "The largest drift score of all features of the selected models.",
        units.NoUnit,
        query(f"max({_DRIFT})", "drift"),
        thresholds=_DRIFT_THRESHOLDS,
    )
    .decimals(2)
    .span(6),
)

_FEEDBACK = (
    time_series(
        "Verdicts",
        "Verdicts per second, correct and wrong.",
        units.CountsPerSecond,
        query(rate(_VERDICTS, "verdict"), "{{verdict}}"),
        stacked=True,
    )
    .override_by_name("correct", fixed_color(GREEN))
    .override_by_name("wrong", fixed_color(RED)),
    time_series(
        "Wrong within 5 minutes by model",
        (
            "Texts called wrong on each model within 5 minutes, counted as in the alert. The upper "
            "line is the alert's threshold."
        ),
        units.Short,
        query(total(_WRONG_IN_5_MINUTES, "model"), "{{model}}"),
        thresholds=_ALERT,
    ).decimals(0),
    time_series(
        "Wrong share over a day by model",
        "Share of wrong verdicts among a day's verdicts on a model.",
        units.PercentUnit,
        query(
            share(increase(_WRONG, "1d", "model"), increase(_VERDICTS, "1d", "model")),
            "{{model}}",
        ),
        thresholds=rising(0.1, 0.2),
    ).no_value("no feedback"),
    time_series(
        "Wrong by predicted label",
        (
            "Wrong verdicts within an hour by predicted label. A bad tweet predicted positive "
            "is the costly mistake."
        ),
        units.Short,
        query(increase(_WRONG, "1h", "predicted"), "said {{predicted}}"),
    ).decimals(1),
    time_series(
        "Predictions with a verdict",
        (
            "Verdicts per prediction within an hour: the share of predictions that the feedback "
            "covers."
        ),
        units.PercentUnit,
        query(
            share(increase(_VERDICTS, "1h", "model"), increase(_PREDICTIONS, "1h", "model")),
            "{{model}}",
        ),
    ).no_value("no traffic"),
    time_series(
        "Store errors",
        "Failed calls of the feedback store per second.",
        units.CountsPerSecond,
        query(rate(_STORE_ERRORS), "errors"),
        thresholds=rising(0.001, 0.1),
    ),
    time_series(
        "Refused verdicts",
        (
            "Verdicts within 10 minutes beyond the bound of their text or of their client. More "
            "than 20 fire an alert."
        ),
        units.Short,
        query(increase(_REFUSED, "10m", "bound"), "{{bound}}"),
        thresholds=rising(10, 20),
    ).decimals(0),
)

_DRIFTING = (
    time_series(
        "Drift by model and feature",
        (
            "Distance of recent tweets and probabilities from those at the model's promotion. 0 "
            "means no distance, or too few recent tweets."
        ),
        units.NoUnit,
        query(f"max by (model, feature) ({_DRIFT})", "{{model}} {{feature}}"),
        thresholds=_DRIFT_THRESHOLDS,
    )
    .decimals(2)
    .span(16)
    .height(9),
    bar_gauge(
        "Drift now by feature",
        "The largest present drift score of each feature over the selected models.",
        units.NoUnit,
        query(f"max by (feature) ({_DRIFT})", "{{feature}}"),
        thresholds=_DRIFT_THRESHOLDS,
    )
    .max(0.5)
    .decimals(2)
    .span(8)
    .height(9),
)

DASHBOARD = dashboard(
    "feedback",
    "Sentiment: feedback and drift",
    "Wrong verdicts, lost verdicts, and the drift of the tweets.",
    rows={"Now": _NOW, "Feedback": _FEEDBACK, "Drift": _DRIFTING},
    variable=MODEL,
)
