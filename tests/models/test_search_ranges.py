"""The ranges that tuning searches, of every family."""

import pytest
from pydantic import BaseModel

from models.registry import FAMILIES


def ranges(options: type[BaseModel]) -> dict[str, object]:
    return {
        name: field.json_schema_extra["search"]
        for name, field in options.model_fields.items()
        if isinstance(field.json_schema_extra, dict)
    }


@pytest.mark.parametrize("family", FAMILIES)
def test_both_ends_of_every_range_are_valid_options(family: str) -> None:
    options = FAMILIES[family].options
    found = ranges(options)
    assert found
    for name, among in found.items():
        ends = among if isinstance(among, list) else [among["low"], among["high"]]  # type: ignore[index]
        kept = [getattr(options.model_validate({name: end}), name) for end in ends]
        assert kept == ends
        assert isinstance(among, list) or among["low"] < among["high"]  # type: ignore[index]
