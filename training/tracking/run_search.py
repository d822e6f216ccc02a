"""Finished runs of the tracking store."""

from mlflow import MlflowClient
from mlflow.entities import Run

from training.errors import TrainingError
from training.tracking.mlflow_runs import EXPERIMENT

_FINISHED = "attributes.status = 'FINISHED'"
_PAGE_RUNS = 1000


def finished_runs(client: MlflowClient, family: str | None = None) -> list[Run]:
    """Finished runs with a model, the newest first."""
    query = f"{_FINISHED} and tags.family = '{family}'" if family else _FINISHED
    return [run for run in _search(client, query) if "model_uri" in run.data.tags]


def run_by_prefix(client: MlflowClient, prefix: str) -> Run:
    """The finished run whose id begins with ``prefix``.

    Raises ``TrainingError`` if no run, several runs or an unfinished run match.
    """
    matches = [run for run in _search(client) if run.info.run_id.startswith(prefix)]
    if not matches:
        raise TrainingError(f"no run begins with {prefix}: see python -m training runs")
    if len(matches) > 1:
        raise TrainingError(f"{len(matches)} runs begin with {prefix}: give more of the id")
    (run,) = matches
    if run.info.status != "FINISHED":
        raise TrainingError(f"the run {prefix} did not finish: it is {run.info.status}")
    return run


def nested_runs(client: MlflowClient, run: Run) -> list[Run]:
    """The finished runs nested in a run, the oldest first."""
    query = f"{_FINISHED} and tags.`mlflow.parentRunId` = '{run.info.run_id}'"
    return _search(client, query)[::-1]


def _search(client: MlflowClient, query: str = "") -> list[Run]:
    """Runs of the experiment, the newest first."""
    experiment = client.get_experiment_by_name(EXPERIMENT)
    if experiment is None:
        return []
    runs: list[Run] = []
    page: str | None = None
    while page is None or page:
        found = client.search_runs(
            [experiment.experiment_id], query, max_results=_PAGE_RUNS, page_token=page
        )
        runs += found
        page = found.token or ""
    return runs
