"""The service dashboard: how many ask, how fast they are answered, what goes wrong."""

from monitoring.grafana.dashboard import MODEL, Dashboard, Row
from monitoring.grafana.panel import Heatmap, Query, Stat, TimeSeries, rising
from monitoring.grafana.promql import mean, or_zero, quantile, rate, share, total

# What scrapers and health checks ask says nothing about clients.
_CLIENTS = 'route!~"/metrics|/livez|/readyz"'
_REQUESTS = f"sentiment_http_requests_total{{{_CLIENTS}}}"
_SERVER_ERRORS = f'sentiment_http_requests_total{{{_CLIENTS}, code=~"5.."}}'
_ERRORS = f'sentiment_http_requests_total{{{_CLIENTS}, code=~"[45].."}}'
_KNOWN_ERRORS = f'sentiment_http_requests_total{{{_CLIENTS}, route!="other", code=~"[45].."}}'
_SECONDS = "sentiment_request_seconds"
_PREDICTING = '{route=~"/predict|/predict_batch"}'
_MODEL = '{model=~"$model"}'
_CACHE_HITS = 'sentiment_cache_total{result="hit"}'

_NOW = Row(
    "Now",
    (
        Stat(
            title="Requests per second",
            description="Requests of clients to any route, without metrics and health checks.",
            unit="reqps",
            queries=(Query(rate(_REQUESTS), "requests"),),
        ),
        Stat(
            title="Server errors",
            description="Share of clients' requests that were answered with a 5xx code.",
            unit="percentunit",
            queries=(Query(share(or_zero(rate(_SERVER_ERRORS)), rate(_REQUESTS)), "5xx"),),
            thresholds=rising(0.001, 0.01),
            decimals=2,
            no_value="no traffic",
        ),
        Stat(
            title="Latency, 95th percentile",
            description="95 of 100 predictions, single or batch, were answered within this time.",
            unit="s",
            queries=(Query(quantile(0.95, _SECONDS, _PREDICTING), "p95"),),
            thresholds=rising(0.1, 0.5),
            no_value="no traffic",
        ),
        Stat(
            title="Texts scored per second",
            description="Texts in all calls of the scorers; a batch request counts by its texts.",
            unit="cps",
            queries=(Query(rate(f"sentiment_inference_batch_size_sum{_MODEL}"), "texts"),),
        ),
        Stat(
            title="Texts waiting",
            description="Texts in the queues of all workers, waiting for a scorer. Where "
            "one would wait for half of SENTIMENT_QUEUE_MS the answer is 503.",
            unit="short",
            queries=(Query(total("sentiment_queue_texts"), "texts"),),
            thresholds=rising(64, 256),
            decimals=0,
        ),
        Stat(
            title="Alerts firing",
            description="Alerts of Prometheus that are firing now; each is a red line in the "
            "graphs, from its start to its end.",
            unit="short",
            queries=(Query('count(ALERTS{alertstate="firing"}) or vector(0)', "alerts"),),
            thresholds=rising(1, 1),
            decimals=0,
        ),
    ),
)

_TRAFFIC = Row(
    "Requests",
    (
        TimeSeries(
            title="Requests by route",
            description='Requests per second by route; unknown paths are "other".',
            unit="reqps",
            queries=(Query(rate(_REQUESTS, "route"), "{{route}}"),),
            stacked=True,
        ),
        TimeSeries(
            title="Errors by code",
            description="Answers per second with a 4xx code (the client's doing) or a 5xx code "
            "(ours). 429 and 503 ask the client to come back later.",
            unit="reqps",
            queries=(Query(rate(_ERRORS, "code"), "{{code}}"),),
            no_value="no errors",
        ),
        TimeSeries(
            title="Errors by route",
            description="Share of a route's answers that carry a 4xx or 5xx code. Unknown paths, "
            "which are nothing but errors, are left out.",
            unit="percentunit",
            queries=(
                Query(share(rate(_KNOWN_ERRORS, "route"), rate(_REQUESTS, "route")), "{{route}}"),
            ),
            no_value="no errors",
        ),
    ),
)

_LATENCY = Row(
    "Latency",
    (
        TimeSeries(
            title="Latency of predictions",
            description="Percentiles of the seconds from a prediction request's headers to the "
            "end of its response, in the API worker.",
            unit="s",
            queries=tuple(
                Query(quantile(fraction, _SECONDS, _PREDICTING), f"p{fraction * 100:g}")
                for fraction in (0.5, 0.95, 0.99)
            ),
            thresholds=rising(0.1, 0.5),
            width=6,
        ),
        TimeSeries(
            title="Latency by route, 95th percentile",
            description="95th percentile of each route's request seconds.",
            unit="s",
            queries=(Query(quantile(0.95, _SECONDS, f"{{{_CLIENTS}}}", "route"), "{{route}}"),),
            width=6,
        ),
        TimeSeries(
            title="Over the latency objective",
            description="Share of /predict that took over 0.1 s, as the alarm reckons it. 1 % may, "
            "over 30 days; above 14.4 % the allowance of a month is gone in two days.",
            unit="percentunit",
            queries=tuple(
                Query(f"max(sentiment:predict_slow:ratio_rate{window})", f"within {window}")
                for window in ("5m", "1h")
            ),
            thresholds=rising(0.01, 0.144),
            no_value="no traffic",
            width=6,
        ),
        Heatmap(
            title="Latency of predictions, distribution",
            description="Prediction requests by their seconds: two bands are two kinds of "
            "requests, where a percentile shows one line.",
            unit="s",
            queries=(Query(rate(f"{_SECONDS}_bucket{_PREDICTING}", "le"), "{{le}}"),),
            width=6,
        ),
    ),
)

_SCORERS = Row(
    "Scorers",
    (
        TimeSeries(
            title="Inference seconds",
            description="Median and 95th percentile of the seconds of one call of the scorer.",
            unit="s",
            queries=tuple(
                Query(
                    quantile(fraction, "sentiment_inference_seconds", _MODEL, "model"),
                    f"{{{{model}}}} p{fraction * 100:g}",
                )
                for fraction in (0.5, 0.95)
            ),
            thresholds=rising(0.1, 0.5),
            width=6,
        ),
        TimeSeries(
            title="Batch size",
            description="Mean texts in one call of the scorer: 1 where requests come alone, up to "
            "SENTIMENT_BATCH_TEXTS (32) under load.",
            unit="short",
            queries=(Query(mean("sentiment_inference_batch_size", _MODEL, "model"), "{{model}}"),),
            width=6,
        ),
        TimeSeries(
            title="Scorer busy",
            description="Seconds in the scorer for each second: 100 % is one scorer that never "
            "rests. More workers have more scorers.",
            unit="percentunit",
            queries=(
                Query(rate(f"sentiment_inference_seconds_sum{_MODEL}", "model"), "{{model}}"),
            ),
            thresholds=rising(0.8, 0.95),
            width=6,
        ),
        TimeSeries(
            title="Queue",
            description="Texts that wait for a scorer, in all workers.",
            unit="short",
            queries=(Query(total("sentiment_queue_texts"), "waiting"),),
            thresholds=rising(64, 256),
            decimals=0,
            width=6,
        ),
        Heatmap(
            title="Batch sizes, distribution",
            description="Calls of the scorers per second by their number of texts.",
            unit="short",
            queries=(
                Query(rate(f"sentiment_inference_batch_size_bucket{_MODEL}", "le"), "{{le}}"),
            ),
            width=8,
        ),
        TimeSeries(
            title="Calls of the scorer",
            description="Calls per second. Texts per second divided by it is the batch size.",
            unit="cps",
            queries=(
                Query(rate(f"sentiment_inference_batch_size_count{_MODEL}", "model"), "{{model}}"),
            ),
            width=8,
        ),
        TimeSeries(
            title="Answered from the cache",
            description="Share of the texts whose score was known, which no scorer sees.",
            unit="percentunit",
            queries=(
                Query(share(rate(_CACHE_HITS), rate("sentiment_cache_total")), "of the texts"),
            ),
            no_value="no cache",
            width=8,
        ),
    ),
)

DASHBOARD = Dashboard(
    name="service",
    title="Sentiment: service",
    description="Rate, errors and latency of the HTTP service, and the scorers behind it.",
    rows=(_NOW, _TRAFFIC, _LATENCY, _SCORERS),
    variables=(MODEL,),
)
