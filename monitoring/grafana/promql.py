"""PromQL expressions that the dashboards share.

``$__rate_interval`` is a variable of Grafana: at least four scrape intervals, and at least the time
between two points of the graph.
"""

RATE = "$__rate_interval"


def total(selector: str, *by: str) -> str:
    """Sum of a gauge over workers and replicas, by the labels ``by``."""
    return f"{_sum(by)} ({selector})"


def rate(selector: str, *by: str) -> str:
    """Increments of a counter per second."""
    return f"{_sum(by)} (rate({selector}[{RATE}]))"


def increase(selector: str, window: str, *by: str) -> str:
    """Increments of a counter within ``window``."""
    return f"{_sum(by)} (increase({selector}[{window}]))"


def share(part: str, whole: str) -> str:
    """A ratio, without a value if ``whole`` is 0."""
    return f"{part} / ({whole} > 0)"


def mean(histogram: str, labels: str = "", *by: str) -> str:
    """Mean observation of a histogram."""
    return share(rate(f"{histogram}_sum{labels}", *by), rate(f"{histogram}_count{labels}", *by))


def quantile(fraction: float, histogram: str, labels: str = "", *by: str) -> str:
    """Quantile of a histogram, interpolated within its bucket."""
    return f"histogram_quantile({fraction:g}, {rate(f'{histogram}_bucket{labels}', 'le', *by)})"


def or_zero(expression: str) -> str:
    """The expression, or 0 if it has no series, as for errors before the first one."""
    return f"({expression} or vector(0))"


def _sum(by: tuple[str, ...]) -> str:
    return f"sum by ({', '.join(by)})" if by else "sum"
