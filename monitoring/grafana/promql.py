"""PromQL expressions that the dashboards share. ``$__rate_interval`` is Grafana's own variable:
at least four scrapes, and never less than a pixel of the graph.
"""

RATE = "$__rate_interval"


def total(selector: str, *by: str) -> str:
    """Sum of a gauge over workers and replicas."""
    return f"{_sum(by)} ({selector})"


def rate(selector: str, *by: str) -> str:
    """Increments per second of a counter."""
    return f"{_sum(by)} (rate({selector}[{RATE}]))"


def increase(selector: str, window: str, *by: str) -> str:
    """Increments of a counter within ``window``."""
    return f"{_sum(by)} (increase({selector}[{window}]))"


def share(part: str, whole: str) -> str:
    """A ratio; no value, instead of NaN, where there is nothing to take a share of."""
    return f"{part} / ({whole} > 0)"


def mean(histogram: str, labels: str = "", *by: str) -> str:
    """Mean observation of a histogram."""
    return share(rate(f"{histogram}_sum{labels}", *by), rate(f"{histogram}_count{labels}", *by))


def quantile(fraction: float, histogram: str, labels: str = "", *by: str) -> str:
    """Quantile of a histogram, interpolated within its bucket."""
    return f"histogram_quantile({fraction:g}, {rate(f'{histogram}_bucket{labels}', 'le', *by)})"


def or_zero(expression: str) -> str:
    """0 where no series exists yet, such as errors before the first one."""
    return f"({expression} or vector(0))"


def _sum(by: tuple[str, ...]) -> str:
    return f"sum by ({', '.join(by)})" if by else "sum"
