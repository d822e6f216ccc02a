"""Commands that take a family's own options, read from the fields of its options model."""

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
    may_be_left_open: bool = False,
) -> Callable[..., None]:
    """The command with the common options and the family's, as typer reads them.

    The command gets the family's options by name. ``may_be_left_open``: an option that is not
    given is None instead of its default.
    """

    def run(**chosen: Any) -> None:
        command(**chosen)

    own = [
        (
            name,
            Annotated[
                field.annotation | None if may_be_left_open else field.annotation,  # type: ignore[operator]
                typer.Option(help=field.description),
            ],
            None if may_be_left_open else field.default,
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
    """The family's options, or the mistake in them as typer tells it."""
    try:
        return family.options(**chosen)
    except ValidationError as error:
        first = error.errors()[0]
        option = str(first["loc"][0]).replace("_", "-")
        raise typer.BadParameter(first["msg"], param_hint=f"--{option}") from error
