"""The models dashboard: what is live, what it says, and whether people agree."""

from monitoring.grafana.dashboard import MODEL, Dashboard, Row
from monitoring.grafana.panel import (
    GREEN,
    RED,
    Heatmap,
    HistogramBars,
    Query,
    Stat,
    Table,
    TimeSeries,
    falling,
    rising,
)
from monitoring.grafana.promql import increase, mean, rate, share, total

_MODEL = 'model=~"$model"'
_PREDICTIONS = f"sentiment_predictions_total{{{_MODEL}}}"
_POSITIVE = f'sentiment_predictions_total{{{_MODEL}, label="positive"}}'
_UNCERTAIN = f"sentiment_uncertain_predictions_total{{{_MODEL}}}"
_DOUBTS = f"sentiment_doubt_total{{{_MODEL}}}"
# Recorded by the alarm's rule.
_IN_A_DAY = f"sentiment:predictions:increase1d{{{_MODEL}}}"
_POSITIVE_IN_A_DAY = f'sentiment:predictions:increase1d{{{_MODEL}, label="positive"}}'
_PROMISED_POSITIVE = f'sentiment_promised_share{{{_MODEL}, label="positive"}}'
_PROMISED_NEGATIVE = f'sentiment_promised_share{{{_MODEL}, label="negative"}}'
_PROBABILITY = "sentiment_prediction_probability"
_VERDICTS = f"sentiment_feedback_total{{{_MODEL}}}"
_CORRECT = f'sentiment_feedback_total{{{_MODEL}, verdict="correct"}}'
_SAID_POSITIVE = f'sentiment_feedback_total{{{_MODEL}, predicted="positive"}}'
_RIGHTLY_POSITIVE = f'sentiment_feedback_total{{{_MODEL}, predicted="positive", verdict="correct"}}'
_LABEL_COLORS = {"positive": GREEN, "negative": RED}
_SELECTION = (
    "People correct what is wrong more often than they confirm what is right, so this is a lower "
    "bound more than an estimate."
)

_LIVE = Row(
    "Live",
    (
        Table(
            title="Versions live",
            description="Each model that is served: its version in the model store, the MLflow "
            "run that trained it, what scores it and where, and the live processes that do. More "
            "than one version of a model is a rollout under way.",
            unit="string",
            queries=(
                Query(
                    f"sum by (model, version, run_id, backend) (sentiment_model_info{{{_MODEL}}})"
                ),
            ),
            columns={
                "model": "Model",
                "version": "Version",
                "run_id": "MLflow run",
                "backend": "Backend",
            },
            value="Processes",
            width=16,
            height=6,
        ),
        Stat(
            title="Agreement with feedback",
            description="Share of the verdicts, within the time shown, that found the label "
            f"right. {_SELECTION}",
            unit="percentunit",
            queries=(
                Query(
                    share(increase(_CORRECT, "$__range"), increase(_VERDICTS, "$__range")),
                    "agreement",
                ),
            ),
            thresholds=falling(0.8, 0.9),
            maximum=1,
            decimals=1,
            no_value="no feedback",
            height=6,
        ),
        Stat(
            title="Uncertain",
            description="Share of predictions in doubt now, for any reason: a person should look.",
            unit="percentunit",
            queries=(Query(share(rate(_UNCERTAIN), rate(_PREDICTIONS)), "uncertain"),),
            thresholds=rising(0.5, 0.75),
            maximum=1,
            decimals=1,
            no_value="no traffic",
            height=6,
        ),
    ),
)

_ANSWERS = Row(
    "Answers",
    (
        TimeSeries(
            title="Labels",
            description="Predictions per second by label.",
            unit="cps",
            queries=(Query(rate(_PREDICTIONS, "label"), "{{label}}"),),
            colors=_LABEL_COLORS,
            stacked=True,
        ),
        TimeSeries(
            title="Positive share by model",
            description="Share of a model's predictions that are positive. A lasting move without "
            "a news item behind it is drift, or a bad version.",
            unit="percentunit",
            queries=(
                Query(share(rate(_POSITIVE, "model"), rate(_PREDICTIONS, "model")), "{{model}}"),
            ),
            maximum=1,
            no_value="no traffic",
        ),
        TimeSeries(
            title="Predictions by model and version",
            description="Predictions per second by who answered.",
            unit="cps",
            queries=(Query(rate(_PREDICTIONS, "model", "version"), "{{model}} {{version}}"),),
        ),
    ),
)

_DOUBT = Row(
    "Doubt",
    (
        TimeSeries(
            title="Predictions in doubt, by reason",
            description="Predictions per second that a person should look at. The promised "
            "precision is not reached in the band; the other texts are empty, made of unknown "
            "words or in a language that the model does not read.",
            unit="cps",
            queries=(Query(rate(_DOUBTS, "doubt"), "{{doubt}}"),),
            stacked=True,
        ),
        TimeSeries(
            title="Uncertain share by model",
            description="Share of a model's predictions in doubt, for any reason.",
            unit="percentunit",
            queries=(
                Query(share(rate(_UNCERTAIN, "model"), rate(_PREDICTIONS, "model")), "{{model}}"),
            ),
            thresholds=rising(0.5, 0.75),
            maximum=1,
            no_value="no traffic",
        ),
        TimeSeries(
            title="Positive share over a day and what is promised",
            description="Share of a day's predictions of a model that are positive. The promised "
            "precision of positive holds from *at least* on, that of negative up to *at most*; "
            "outside of them the alarm fires.",
            unit="percentunit",
            queries=(
                Query(
                    share(total(_POSITIVE_IN_A_DAY, "model"), total(_IN_A_DAY, "model")),
                    "{{model}}",
                ),
                Query(f"max by (model) ({_PROMISED_POSITIVE})", "{{model}}, at least"),
                Query(f"1 - max by (model) ({_PROMISED_NEGATIVE})", "{{model}}, at most"),
            ),
            maximum=1,
            no_value="no traffic",
        ),
    ),
)

_CERTAINTY = Row(
    "Certainty",
    (
        Heatmap(
            title="Probability of positive",
            description="Predictions per second by calibrated probability of positive. Dark at "
            "both ends is a model that is sure; dark in the middle is one that guesses.",
            unit="percentunit",
            queries=(Query(rate(f"{_PROBABILITY}_bucket{{{_MODEL}}}", "le"), "{{le}}"),),
        ),
        HistogramBars(
            title="Probability of positive, within the time shown",
            description="Predictions within the time shown by calibrated probability of positive. "
            "A bar's name is the bucket's upper end, and its length the bucket's own count.",
            unit="short",
            queries=(
                Query(increase(f"{_PROBABILITY}_bucket{{{_MODEL}}}", "$__range", "le"), "{{le}}"),
            ),
        ),
        TimeSeries(
            title="Mean probability by model",
            description="Mean calibrated probability of positive; with well calibrated models it "
            "is the share of positive tweets.",
            unit="percentunit",
            queries=(Query(mean(_PROBABILITY, f"{{{_MODEL}}}", "model"), "{{model}}"),),
            maximum=1,
            no_value="no traffic",
        ),
        TimeSeries(
            title="Agreement with feedback over a day",
            description=f"Share of a day's verdicts that found the label right. {_SELECTION}",
            unit="percentunit",
            queries=(
                Query(
                    share(increase(_CORRECT, "1d", "model"), increase(_VERDICTS, "1d", "model")),
                    "{{model}}",
                ),
            ),
            thresholds=falling(0.8, 0.9),
            maximum=1,
            no_value="no feedback",
            width=12,
        ),
        TimeSeries(
            title="Precision of positive by feedback over a day",
            description="Of a day's verdicts on predictions that said positive, the share that "
            "agreed: the project's key figure, as far as people tell. "
            f"{_SELECTION}",
            unit="percentunit",
            queries=(
                Query(
                    share(
                        increase(_RIGHTLY_POSITIVE, "1d", "model"),
                        increase(_SAID_POSITIVE, "1d", "model"),
                    ),
                    "{{model}}",
                ),
            ),
            thresholds=falling(0.8, 0.9),
            maximum=1,
            no_value="no feedback",
            width=12,
        ),
    ),
)

DASHBOARD = Dashboard(
    name="models",
    title="Sentiment: models",
    description="Versions live, their answers, how sure they are and whether people agree.",
    rows=(_LIVE, _ANSWERS, _DOUBT, _CERTAINTY),
    variables=(MODEL,),
)
