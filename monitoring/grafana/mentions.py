"""The dashboard of mentions: share of negatives with its usual band, volume, the stream."""

from grafana_foundation_sdk.models import units

from monitoring.grafana.dashboard import dashboard, label_choice
from monitoring.grafana.panels import query, rising, single_stat, time_series
from monitoring.grafana.promql import increase, quantile, rate, share

_SOURCE = label_choice("source", "Source", "sentiment_mentions_total", "source")
_ALL = '{source=""}'
_EACH = '{source=~"$source"}'
_MENTIONS = "sentiment:mentions:increase15m"
_NEGATIVE = "sentiment:negative_mentions:increase15m"
_USUAL_SHARE = f"sentiment:negative_mentions:usual_share{_ALL}"
_EXCESS = "sentiment:negative_mentions:excess5m"
_UNSURE = "sentiment:unsure_mentions:share15m"
_DELAY = "sentiment_mention_delay_seconds"
# Two standard deviations of the share of as many mentions as usual within 15 minutes.
_BAND = (
    f"2 * sqrt({_USUAL_SHARE} * (1 - {_USUAL_SHARE})"
    f" / clamp_min(3 * sentiment:mentions:usual5m{_ALL}, 1))"
)
# The red line is the threshold of SentimentNegativeBurst in its short window.
_ALERT = rising(3, 4)

_NOW = (
    single_stat(
        "Negative share",
        "Share of negative mentions among those of the last 15 minutes, over all sources.",
        units.PercentUnit,
        query(share(f"{_NEGATIVE}{_ALL}", f"{_MENTIONS}{_ALL}"), "negative"),
    )
    .max(1)
    .decimals(0)
    .no_value("no mentions")
    .span(6),
    single_stat(
        "Usual share",
        (
            "Usual share of negative mentions at this hour of the week. Without a day of history "
            "there is none, and no alarm."
        ),
        units.PercentUnit,
        query(_USUAL_SHARE, "usual"),
    )
    .max(1)
    .decimals(0)
    .no_value("no history yet")
    .span(6),
    single_stat(
        "Mentions within 15 minutes",
        "Mentions of the last 15 minutes over all sources.",
        units.Short,
        query(f"{_MENTIONS}{_ALL}", "mentions"),
    )
    .decimals(0)
    .span(6),
    single_stat(
        "Waiting mentions",
        "Mentions in the broker that are not yet stored.",
        units.Short,
        query("max(sentiment_mention_lag)", "waiting"),
        thresholds=rising(50, 100),
    )
    .decimals(0)
    .no_value("no stream")
    .span(6),
)

_SHARE = (
    time_series(
        "Negative share and its usual band",
        (
            "Share of negative mentions within 15 minutes over all sources, the usual share at "
            "this hour of the week, and two standard deviations around it."
        ),
        units.PercentUnit,
        query(share(f"{_NEGATIVE}{_ALL}", f"{_MENTIONS}{_ALL}"), "negative"),
        query(_USUAL_SHARE, "usual"),
        query(f"clamp_max({_USUAL_SHARE} + {_BAND}, 1)", "upper bound"),
        query(f"clamp_min({_USUAL_SHARE} - {_BAND}, 0)", "lower bound"),
    ).max(1),
    time_series(
        "Negative share by source",
        "Share of negative mentions within 15 minutes in each source.",
        units.PercentUnit,
        query(share(f"{_NEGATIVE}{_EACH}", f"{_MENTIONS}{_EACH}"), "{{source}}"),
    ).max(1),
    time_series(
        "Excess of negative mentions",
        (
            "Negative mentions within 5 minutes above the expected count, in standard deviations. "
            "The upper line is the threshold of the alert."
        ),
        units.NoUnit,
        query(f"{_EXCESS}{_EACH}", "{{source}}"),
        query(f"{_EXCESS}{_ALL}", "all sources"),
        thresholds=_ALERT,
    ).min(-4),
)

_VOLUME = (
    time_series(
        "Mentions by source",
        "Mentions within 15 minutes in each source.",
        units.Short,
        query(f"{_MENTIONS}{_EACH}", "{{source}}"),
        stacked=True,
    ).decimals(0),
    time_series(
        "Mentions and their usual volume",
        "Mentions within 15 minutes over all sources, and the usual volume at this hour.",
        units.Short,
        query(f"{_MENTIONS}{_ALL}", "mentions"),
        query(f"3 * sentiment:mentions:usual5m{_ALL}", "usual"),
    ).decimals(0),
    time_series(
        "Unsure answers by source",
        "Share of answers in doubt among the mentions of 15 minutes.",
        units.PercentUnit,
        query(f"{_UNSURE}{_EACH}", "{{source}}"),
    ).max(1),
)

_STREAM = (
    time_series(
        "Mentions that wait",
        "Mentions in the broker that are not yet stored. An alert fires if they grow for long.",
        units.Short,
        query("max by (job) (sentiment_mention_lag)", "{{job}}"),
        thresholds=rising(50, 100),
    ).decimals(0),
    time_series(
        "Delay until stored",
        "Seconds between a mention's arrival in the broker and its storage.",
        units.Seconds,
        query(quantile(0.5, _DELAY), "median"),
        query(quantile(0.95, _DELAY), "95 %"),
    ),
    time_series(
        "Rejected mentions by reason",
        "Mentions within 15 minutes that could not be used.",
        units.Short,
        query(increase("sentiment_rejected_mentions_total", "15m", "reason"), "{{reason}}"),
        stacked=True,
    ).decimals(0),
    time_series(
        "Stored mentions",
        "Mentions that the stream stores per second.",
        units.CountsPerSecond,
        query(rate(f"{_DELAY}_count", "job"), "{{job}}"),
    ).span(24),
)

DASHBOARD = dashboard(
    "mentions",
    "Sentiment: mentions",
    "Mentions by source: share of negatives with its usual band, volume, unsure answers, stream.",
    {
        "Now": _NOW,
        "Share of negative mentions": _SHARE,
        "Volume and unsure answers": _VOLUME,
        "Stream": _STREAM,
    },
    _SOURCE,
)
