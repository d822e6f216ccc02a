"""``python -m training tune``: a search of the best options of a family."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from models.family import Family
from models.registry import FAMILIES
from training.commands.options.arguments import Data, Sample, Seed, TrainOnly
from training.commands.options.data_options import DATA_OPTIONS, take_data_options
from training.commands.options.family_options import checked_options, with_family_options
from training.commands.output.survey_table import print_surveys
from training.commands.output.terminal import console
from training.data.selection import EMBEDDED, load_splits

tune_app = typer.Typer(
    help="Search the best options of a family (Optuna). A given option stays fixed. Every other "
    "option with a search range is searched. The same command continues its study.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Trials = Annotated[
    int, typer.Option(min=1, help="Trials of the study, including those of earlier calls.")
]


def _tune_command(family: Family) -> Callable[..., None]:
    def command(
        data: str,
        train_only: str | None,
        sample: int | None,
        trials: int,
        seed: int,
        **chosen: Any,
    ) -> None:
        from training.commands.output.tables import trials_table
        from training.fitting.tune import tune

        data_options = take_data_options(chosen)
        fixed = {name: value for name, value in chosen.items() if value is not None}
        checked_options(family, fixed)
        splits = load_splits(data, train_only, sample, seed, options=data_options)
        print_surveys(splits)
        study = tune(family, splits, data, fixed, trials, seed)
        console.print(trials_table(study))
        best = {**fixed, **study.best_params}
        arguments = " ".join(_argument(name, value) for name, value in best.items())
        console.print(f"python -m training train {family.name} {arguments}", soft_wrap=True)

    common = [
        ("data", Data, EMBEDDED),
        ("train_only", TrainOnly, None),
        ("sample", Sample, None),
        ("trials", Trials, 20),
        ("seed", Seed, 7),
        *DATA_OPTIONS,
    ]
    return with_family_options(command, family, common, optional=True)


def _argument(name: str, value: object) -> str:
    option = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{option}" if value else f"--no-{option}"
    return f"--{option} {value}"


for _family in FAMILIES.values():
    tune_app.command(_family.name, help=_family.summary + ".")(_tune_command(_family))
