"""``python -m training train``: one command for each family, with the family's options."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from models.confidence.promise import PROMISE, Promise
from models.family import Family
from models.registry import FAMILIES
from training.commands.options.arguments import (
    Airline,
    Data,
    DistantLabel,
    LeastPrecision,
    PromisedPrecision,
    PromisedShare,
    RatedWeight,
    Sample,
    Seed,
    SourceRows,
    TeacherRun,
    TeacherWeight,
    TrainOnly,
    TrainOnlyRows,
)
from training.commands.options.data_options import DATA_OPTIONS, take_data_options
from training.commands.options.family_options import checked_options, with_family_options
from training.commands.output.survey_table import print_surveys
from training.commands.output.terminal import console
from training.data.selection import EMBEDDED, NO_RATED, DataSelection
from training.data.sources import load_airline

train_app = typer.Typer(
    help="Train one model of a family and track it in MLflow. The options depend on the family.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def _train_command(family: Family) -> Callable[..., None]:
    def command(
        data: str,
        train_only: str | None,
        train_only_rows: int | None,
        sample: int | None,
        airline: Path | None,
        teacher: str | None,
        teacher_weight: float,
        source_rows: int | None,
        rated_weight: float,
        distant_label: float,
        promised_precision: float,
        least_precision: float,
        promised_share: float,
        seed: int,
        **chosen: Any,
    ) -> None:
        from training.commands.output.tables import figures_table
        from training.fitting.distillation import find_teacher
        from training.fitting.train import train

        data_options = take_data_options(chosen)
        options = checked_options(family, chosen)
        selection = DataSelection(
            data=data,
            train_only=train_only,
            train_only_rows=train_only_rows,
            sample=sample,
            source_rows=source_rows,
            rated_weight=rated_weight,
            distant_label=distant_label,
            options=data_options,
        )
        splits = selection.load(seed)
        print_surveys(splits)
        outcome = train(
            family,
            splits,
            data,
            options,
            seed,
            airline=load_airline(airline) if airline else None,
            teacher=find_teacher(teacher, teacher_weight, splits) if teacher else None,
            promise=Promise(promised_precision, least_precision, promised_share),
            selection=selection,
        )
        title = f"{family.name} ({outcome.checkpoint}) on {len(splits.test)} test rows"
        console.print(figures_table(title, outcome.intervals))
        console.print(f"run {outcome.run_id}, trained in {outcome.seconds:.0f} s")

    common = [
        ("data", Data, EMBEDDED),
        ("train_only", TrainOnly, None),
        ("train_only_rows", TrainOnlyRows, None),
        ("sample", Sample, None),
        ("airline", Airline, None),
        ("teacher", TeacherRun, None),
        ("teacher_weight", TeacherWeight, 0.7),
        ("source_rows", SourceRows, None),
        ("rated_weight", RatedWeight, NO_RATED.weight),
        ("distant_label", DistantLabel, NO_RATED.distant),
        ("promised_precision", PromisedPrecision, PROMISE.precision),
        ("least_precision", LeastPrecision, PROMISE.least),
        ("promised_share", PromisedShare, PROMISE.share),
        ("seed", Seed, 7),
        *DATA_OPTIONS,
    ]
    return with_family_options(command, family, common)


for _family in FAMILIES.values():
    train_app.command(_family.name, help=_family.summary + ".")(_train_command(_family))
