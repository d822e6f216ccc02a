"""Command line options made from the fields of a family's options model."""

import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ValidationError

from models.family import Family

CommonOption = tuple[str, Any, Any]
"""Name, annotation and default of an option that is not the family's own."""


def with_family_options(
    command: Callable[..., None],
    family: Family,
    common: Sequence[CommonOption],
    *,
    optional: bool = False,
) -> Callable[..., None]:
    """The command with a signature of the common and the family's options, for typer.

    The command gets every option by name. With ``optional`` an option that is not given is None
    instead of its default.
    """

    def run(**chosen: Any) -> None:
        command(**chosen)

    own = [
        (
            name,
            Annotated[
                field.annotation | None if optional else field.annotation,  # type: ignore[operator]
                typer.Option(help=field.description),
            ],
            None if optional else field.default,
        )
        for name, field in family.options.model_fields.items()
    ]
    parameters = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )
        for name, annotation, default in [*common, *own]
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {name: annotation for name, annotation, _ in [*common, *own]}
    return run


def checked_options(family: Family, chosen: dict[str, Any]) -> BaseModel:
    """The family's options. Raises ``typer.BadParameter`` if a value is invalid."""
    try:
        return family.options(**chosen)
    except ValidationError as error:
        first = error.errors()[0]
        option = str(first["loc"][0]).replace("_", "-")
        raise typer.BadParameter(first["msg"], param_hint=f"--{option}") from error
