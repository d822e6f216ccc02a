"""A tweet on its way from the request to the scorer."""

from dataclasses import dataclass
from functools import cached_property

from models.text.normalization import LightText, normalize_light


@dataclass(frozen=True)
class Tweet:
    """A text as the client sent it, normalised at the first use of ``light`` and never again."""

    text: str

    @cached_property
    def light(self) -> LightText:
        return normalize_light(self.text)
