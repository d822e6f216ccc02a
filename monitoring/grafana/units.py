"""Values as Grafana writes them in a unit."""

import math

_SUFFIXES = {"reqps": " req/s", "cps": "/s", "Bps": "B/s", "bytes": "B"}
_BINARY = {"bytes": ("", "Ki", "Mi", "Gi", "Ti")}
_DECIMAL = ("", "k", "M", "G", "T")


def show(value: float, unit: str, decimals: int | None = None) -> str:
    """``value`` in Grafana's ``unit``, to three digits where ``decimals`` says nothing else."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "-"
    if unit == "percentunit":
        return f"{_digits(value * 100, decimals)} %"
    if unit == "s":
        return _seconds(value, decimals)
    prefixes = _BINARY.get(unit, _DECIMAL)
    base = 1024 if unit in _BINARY else 1000
    power = 0
    while abs(value) >= base and power < len(prefixes) - 1:
        value /= base
        power += 1
    suffix = prefixes[power] + _SUFFIXES.get(unit, "")
    space = " " if suffix and not suffix.startswith((" ", "/")) else ""
    return f"{_digits(value, decimals)}{space}{suffix}"


def _seconds(value: float, decimals: int | None) -> str:
    for size, name in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if abs(value) >= size:
            return f"{_digits(value / size, decimals)} {name}"
    return "0 s"


def _digits(value: float, decimals: int | None) -> str:
    if decimals is not None:
        return f"{value:.{decimals}f}"
    places = 0 if value == 0 or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
