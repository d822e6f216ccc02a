"""The settings ``SENTIMENT_SHADOW`` and ``SENTIMENT_SPLIT``: a challenger beside a champion."""

from collections.abc import Collection
from dataclasses import dataclass

from models.registry import family_named

_ALIAS = "challenger"
_MOST_PERCENT = 50


@dataclass(frozen=True)
class Shadow:
    """The challenger of ``family`` scores a sample of the traffic and answers no client."""

    family: str


@dataclass(frozen=True)
class Split:
    """The challenger of ``family`` answers ``percent`` % of the clients."""

    family: str
    percent: int


def parse_shadow(text: str) -> Shadow:
    """Read ``FAMILY:challenger``. Raises ``ValueError``."""
    return Shadow(_family(text.split(":"), "baseline:challenger", parts=2))


def parse_split(text: str) -> Split:
    """Read ``FAMILY:challenger:PERCENT``. Raises ``ValueError``."""
    parts = text.split(":")
    family = _family(parts, "baseline:challenger:10", parts=3)
    percent = parts[2].strip()
    if not (percent.isascii() and percent.isdigit() and 1 <= int(percent) <= _MOST_PERCENT):
        raise ValueError(
            f"the challenger's share of the clients is a whole number from 1 to {_MOST_PERCENT}, "
            "in percent"
        )
    return Split(family, int(percent))


def check_challengers(
    shadow: Shadow | None, split: Split | None, served: Collection[str], *, inline: bool
) -> None:
    """Raise ``ValueError`` if the service cannot run both beside the families ``served``.

    ``inline``: models run inside the API workers.
    """
    for name, setting in (("SENTIMENT_SHADOW", shadow), ("SENTIMENT_SPLIT", split)):
        if setting and setting.family not in served:
            raise ValueError(
                f"{name} names {setting.family}, which is not served: add it to SENTIMENT_MODELS"
            )
    if shadow and split and shadow.family == split.family:
        raise ValueError(
            f"SENTIMENT_SHADOW and SENTIMENT_SPLIT both name {split.family}: set one of them"
        )
    if split and not inline:
        raise ValueError(
            "SENTIMENT_SPLIT needs models inside the API workers: set SENTIMENT_RUNNERS to inline"
        )


def _family(given: list[str], example: str, parts: int) -> str:
    if len(given) != parts:
        raise ValueError(f"write it as {example}")
    family, alias = given[0].strip(), given[1].strip()
    if alias != _ALIAS:
        raise ValueError(f"no alias is called {alias!r}; the alias is {_ALIAS}")
    return family_named(family).name
