"""Prometheus metrics of the stream, beside those of ``serving.mentions.metrics``."""

from prometheus_client import Counter, Gauge, Histogram

from serving.stream.mention import REASONS

LAG = Gauge("sentiment_mention_lag", "Mentions in the broker that are not yet stored")
DELAY = Histogram(
    "sentiment_mention_delay_seconds",
    "Seconds between a mention's arrival in the broker and its storage",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200),
)
REJECTED = Counter(
    "sentiment_rejected_mentions_total", "Mentions that cannot be used, by reason", ["reason"]
)


def create_children() -> None:
    """Create the child of each reason at 0."""
    for reason in REASONS:
        REJECTED.labels(reason)
