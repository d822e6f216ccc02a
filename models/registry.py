"""The registered families of models.

A new family is a folder beside ``models/baseline`` and a line in ``_FAMILIES``. The docstring of
``models.family`` is the recipe.
"""

from models.baseline.family import Baseline
from models.distilbert.family import DistilBert
from models.family import Family
from models.lstm.family import Lstm

_FAMILIES: tuple[Family, ...] = (
    Baseline(),
    Lstm(),
    DistilBert(),
)
FAMILIES: dict[str, Family] = {family.name: family for family in _FAMILIES}

DEFAULT_FAMILY = "distilbert"
"""Family that answers a request without ``model``, if the family is served."""


def family_named(name: str) -> Family:
    """The family called ``name``. Raises ValueError with the known names if there is none."""
    if name not in FAMILIES:
        raise ValueError(f"no family is called {name!r}; choose one of {', '.join(FAMILIES)}")
    return FAMILIES[name]
