"""JSON schemas without references, for readers that follow none."""

from collections.abc import Mapping
from typing import Any


def without_references(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """The schema in which each ``$ref`` is replaced by the definition of that name.

    A definition must not contain itself.
    """
    if isinstance(schema, list):
        return [without_references(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = definitions[name] | {key: schema[key] for key in schema if key != "$ref"}
    return {name: without_references(part, definitions) for name, part in schema.items()}
