"""``python -m training train``: one command a family, with the family's own options."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ValidationError

from models.family import Family
from models.registry import FAMILIES
from training.arguments import Data, Sample, Seed, TrainOnly, console
from training.dataset import EMBEDDED, load_splits

train_app = typer.Typer(
    help="Train one model of a family and track it in MLflow. Each family has options of its own.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def _train_command(family: Family) -> Callable[..., None]:
    """A command whose options are the common ones and the fields of the family's own."""

    def command(
        data: str, train_only: Path | None, sample: int | None, seed: int, **chosen: Any
    ) -> None:
        from training.tables import figures_table
        from training.train import train

        options = _options(family, chosen)
        splits = load_splits(data, train_only, sample, seed)
        outcome = train(family, splits, data, options, seed)
        title = f"{family.name} ({outcome.checkpoint}) on {len(splits.test)} test rows"
        console.print(figures_table(title, outcome.test, outcome.intervals))
        console.print(f"run {outcome.run_id}, trained in {outcome.seconds:.0f} s")

    common = [
        ("data", Data, EMBEDDED),
        ("train_only", TrainOnly, None),
        ("sample", Sample, None),
        ("seed", Seed, 7),
    ]
    own = [
        (name, Annotated[field.annotation, typer.Option(help=field.description)], field.default)
        for name, field in family.options.model_fields.items()
    ]
    parameters = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )
        for name, annotation, default in common + own
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {name: annotation for name, annotation, _ in common + own}
    return command


def _options(family: Family, chosen: dict[str, Any]) -> BaseModel:
    try:
        return family.options(**chosen)
    except ValidationError as error:
        first = error.errors()[0]
        option = str(first["loc"][0]).replace("_", "-")
        raise typer.BadParameter(first["msg"], param_hint=f"--{option}") from error


for _family in FAMILIES.values():
    train_app.command(_family.name, help=_family.summary + ".")(_train_command(_family))
