"""Command line options made from the fields of ``DataOptions``."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from training.commands.options.family_options import CommonOption
from training.data.data_options import DataOptions

DATA_OPTIONS: list[CommonOption] = [
    (name, Annotated[field.annotation, typer.Option(help=field.description)], field.default)
    for name, field in DataOptions.model_fields.items()
]


def take_data_options(chosen: dict[str, Any]) -> DataOptions:
    """Remove the data options from the ``chosen`` options, by name, and return them."""
    return DataOptions(**{name: chosen.pop(name) for name in DataOptions.model_fields})


def with_data_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the data options in place of its parameter ``options``, for typer."""

    @wraps(command)
    def run(**chosen: Any) -> None:
        command(options=take_data_options(chosen), **chosen)

    own = list(inspect.signature(command).parameters.values())
    parameters = [
        *(parameter for parameter in own if parameter.name != "options"),
        *(
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
            )
            for name, annotation, default in DATA_OPTIONS
        ),
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run
