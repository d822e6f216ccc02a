"""The registered families of models. A new family is one more instance in ``FAMILIES``."""

from models.baseline.family import Baseline
from models.distilbert.family import DistilBert
from models.family import Family
from models.lstm.family import Lstm

FAMILIES: dict[str, Family] = {family.name: family for family in (Baseline(), Lstm(), DistilBert())}

DEFAULT_FAMILY = "distilbert"
"""Family that answers a request which names none, if the family is served."""


def family_named(name: str) -> Family:
    """The family called ``name``. Raises ValueError with the known names where there is none."""
    if name not in FAMILIES:
        raise ValueError(f"no family is called {name!r}; choose one of {', '.join(FAMILIES)}")
    return FAMILIES[name]
