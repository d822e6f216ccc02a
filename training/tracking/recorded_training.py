"""The options and the data of a finished run, as its MLflow run records them."""

import argparse
from dataclasses import dataclass

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from pydantic import BaseModel, ValidationError

from models.confidence.promise import Promise
from models.family import Family
from training.data.data_options import DataOptions
from training.data.selection import DataSelection
from training.data.splits import Splits
from training.errors import DataError, TrainingError

SELECTION = "selection"
"""Tag of a run: its data options as JSON."""

_COMMAND_OPTIONS = (
    *("train_only", "train_only_rows", "sample", "source_rows", "rated_weight", "distant_label"),
)


@dataclass(frozen=True)
class RecordedTraining:
    """A finished training. ``teacher``: its run's id and weight, None without a teacher."""

    run: Run
    selection: DataSelection
    options: BaseModel
    seed: int
    promise: Promise
    teacher: tuple[str, float] | None

    def load_splits(self, data: str | None = None) -> Splits:
        """The splits that the run was trained on; ``data`` is their files' present place.

        Raises ``DataError`` if the data is missing, or has other rows.
        """
        selection = self.selection
        if data is not None:
            selection = selection.model_copy(update={"data": data})
        name = self.run.info.run_id[:8]
        try:
            splits = selection.load(self.seed)
        except DataError as error:
            raise DataError(
                f"the data of the run {name} cannot be read: {error}. Give their present place "
                "with --data"
            ) from error
        if splits.digest != self.run.data.tags["data_digest"]:
            raise DataError(
                f"{selection.data} has other rows than the run {name} was trained on: give its "
                f"files with --data, or train and promote a new champion"
            )
        return splits


def recorded_training(client: MlflowClient, family: Family, run_id: str) -> RecordedTraining:
    """The training of a run. Raises ``TrainingError`` if the run is missing or incomplete."""
    try:
        run = client.get_run(run_id)
    except MlflowException as error:
        raise TrainingError(
            f"the tracking store has no run {run_id[:8]}, which trained the champion: set "
            "MLFLOW_TRACKING_URI to the champion's store, or train and promote a new champion"
        ) from error
    parameters = {
        name: None if value == "None" else value for name, value in run.data.params.items()
    }
    own = {name: parameters[name] for name in family.options.model_fields if name in parameters}
    try:
        return RecordedTraining(
            run,
            _selection(family, run),
            family.options(**own),
            int(parameters["seed"] or 0),
            Promise(
                *(
                    float(parameters[name] or 0)
                    for name in ("promised_precision", "least_precision", "promised_share")
                )
            ),
            _teacher(parameters),
        )
    except (KeyError, ValueError, ValidationError) as error:
        raise TrainingError(
            f"the run {run_id[:8]} does not record its options: train and promote a new champion "
            f"with python -m training train {family.name}"
        ) from error


def _teacher(parameters: dict[str, str | None]) -> tuple[str, float] | None:
    teacher, weight = parameters.get("teacher"), parameters.get("teacher_weight")
    return None if teacher is None or weight is None else (teacher, float(weight))


def _selection(family: Family, run: Run) -> DataSelection:
    """The data options. Runs of earlier versions record them in their command line only."""
    tags = run.data.tags
    if SELECTION in tags:
        return DataSelection.model_validate_json(tags[SELECTION])
    arguments = tags.get("command", "").split()
    if "bootstrap" in arguments:
        return DataSelection(source_rows=family.bootstrap().source_rows)
    parser = argparse.ArgumentParser(allow_abbrev=False, exit_on_error=False)
    for name in (*_COMMAND_OPTIONS, *DataOptions.model_fields):
        parser.add_argument(f"--{name.replace('_', '-')}", default=argparse.SUPPRESS)
    given = vars(parser.parse_known_args(arguments)[0])
    options = {name: given.pop(name) for name in DataOptions.model_fields if name in given}
    return DataSelection(data=tags["data"], options=DataOptions(**options), **given)
