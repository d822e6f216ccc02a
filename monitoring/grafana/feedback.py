"""The dashboard of feedback and drift: what people found wrong, and whether the tweets changed."""

from monitoring.grafana.dashboard import MODEL, Dashboard, Row
from monitoring.grafana.panel import GREEN, RED, BarGauge, Query, Stat, TimeSeries, rising
from monitoring.grafana.promql import increase, rate, share, total

_MODEL = 'model=~"$model"'
_VERDICTS = f"sentiment_feedback_total{{{_MODEL}}}"
_WRONG = f'sentiment_feedback_total{{{_MODEL}, verdict="wrong"}}'
_PREDICTIONS = f"sentiment_predictions_total{{{_MODEL}}}"
_STORE_ERRORS = "sentiment_feedback_store_errors_total"
_DRIFT = f"sentiment_drift_score{{{_MODEL}}}"
# Recorded by the alarm's rules, which count what increase() misses and add nothing to it.
_WRONG_IN_5_MINUTES = f"sentiment:feedback_wrong:increase5m{{{_MODEL}}}"
# Common reading of the population stability index: below 0.1 none, above 0.2 a shift.
_DRIFT_THRESHOLDS = rising(0.1, 0.2)
# As in the alarm's rule, half a verdict below three.
_ALARM = rising(1.5, 2.5)

_NOW = Row(
    "Now",
    (
        Stat(
            title="Wrong within 5 minutes",
            description="Predictions that people found wrong within 5 minutes, of all models "
            "chosen. Three raise the alarm.",
            unit="short",
            queries=(Query(total(_WRONG_IN_5_MINUTES), "wrong"),),
            thresholds=_ALARM,
            decimals=0,
            width=6,
        ),
        Stat(
            title="Wrong share over a day",
            description="Share of a day's verdicts that found the prediction wrong.",
            unit="percentunit",
            queries=(Query(share(increase(_WRONG, "1d"), increase(_VERDICTS, "1d")), "wrong"),),
            thresholds=rising(0.1, 0.2),
            maximum=1,
            decimals=1,
            no_value="no feedback",
            width=6,
        ),
        Stat(
            title="Feedback lost",
            description="Verdicts, within the time shown, that the store could not keep. Their "
            "senders were answered 503 and asked to try again.",
            unit="short",
            queries=(Query(increase(_STORE_ERRORS, "$__range"), "errors"),),
            thresholds=rising(1, 10),
            decimals=0,
            width=6,
        ),
        Stat(
            title="Largest drift",
            description="The largest drift score of any feature of the models chosen.",
            unit="none",
            queries=(Query(f"max({_DRIFT})", "drift"),),
            thresholds=_DRIFT_THRESHOLDS,
            decimals=2,
            width=6,
        ),
    ),
)

_FEEDBACK = Row(
    "Feedback",
    (
        TimeSeries(
            title="Verdicts",
            description="Verdicts per second, by what people said of the prediction.",
            unit="cps",
            queries=(Query(rate(_VERDICTS, "verdict"), "{{verdict}}"),),
            colors={"correct": GREEN, "wrong": RED},
            stacked=True,
        ),
        TimeSeries(
            title="Wrong within 5 minutes by model",
            description="Predictions of each model that people found wrong within 5 minutes, "
            "reckoned as the alarm does; the upper line is where it fires.",
            unit="short",
            queries=(Query(total(_WRONG_IN_5_MINUTES, "model"), "{{model}}"),),
            thresholds=_ALARM,
            decimals=0,
        ),
        TimeSeries(
            title="Wrong share over a day by model",
            description="Share of a day's verdicts on a model that found it wrong.",
            unit="percentunit",
            queries=(
                Query(
                    share(increase(_WRONG, "1d", "model"), increase(_VERDICTS, "1d", "model")),
                    "{{model}}",
                ),
            ),
            thresholds=rising(0.1, 0.2),
            no_value="no feedback",
        ),
        TimeSeries(
            title="Wrong by predicted label",
            description="Wrong verdicts within an hour by what was predicted. A bad tweet called "
            "positive is the costly mistake.",
            unit="short",
            queries=(Query(increase(_WRONG, "1h", "predicted"), "said {{predicted}}"),),
            decimals=1,
        ),
        TimeSeries(
            title="Predictions with a verdict",
            description="Verdicts within an hour for each prediction within it: how far the "
            "feedback speaks for the predictions.",
            unit="percentunit",
            queries=(
                Query(
                    share(
                        increase(_VERDICTS, "1h", "model"), increase(_PREDICTIONS, "1h", "model")
                    ),
                    "{{model}}",
                ),
            ),
            no_value="no traffic",
        ),
        TimeSeries(
            title="Store errors",
            description="Verdicts per second that the feedback store could not keep.",
            unit="cps",
            queries=(Query(rate(_STORE_ERRORS), "errors"),),
            thresholds=rising(0.001, 0.1),
        ),
    ),
)

_DRIFTING = Row(
    "Drift",
    (
        TimeSeries(
            title="Drift by model and feature",
            description="Distance of the recent tweets and probabilities from those at the "
            "model's promotion. 0 is none, and also what is shown before enough tweets came.",
            unit="none",
            queries=(Query(f"max by (model, feature) ({_DRIFT})", "{{model}} {{feature}}"),),
            thresholds=_DRIFT_THRESHOLDS,
            decimals=2,
            width=16,
            height=9,
        ),
        BarGauge(
            title="Drift now by feature",
            description="The largest drift score of each feature, over the models chosen, now.",
            unit="none",
            queries=(Query(f"max by (feature) ({_DRIFT})", "{{feature}}"),),
            thresholds=_DRIFT_THRESHOLDS,
            maximum=0.5,
            decimals=2,
            width=8,
            height=9,
        ),
    ),
)

DASHBOARD = Dashboard(
    name="feedback",
    title="Sentiment: feedback and drift",
    description="What people found wrong, whether all of it was kept, and how the tweets change.",
    rows=(_NOW, _FEEDBACK, _DRIFTING),
    variables=(MODEL,),
)
