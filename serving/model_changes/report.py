"""The served versions and the latest change, as ``/admin/models`` and ``/metrics`` show them."""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from serving.model_changes.change_request import ChangeRequest, RequestFile
from serving.model_changes.process_status import StatusFiles
from serving.model_changes.schemas import ModelChange, ModelsReport, ServedModel, WorkerVersion
from serving.model_changes.state import StateFile


class ModelChanges(Collector):
    """The state of model changes, and the place of requests, in the folder of a server."""

    def __init__(self, folder: Path) -> None:
        self._state, self._processes = StateFile(folder), StatusFiles(folder)
        self._request = RequestFile(folder)

    def request(self, family: str, version: str) -> bool:
        """Ask the parent process for a change. False if another request waits."""
        return self._request.place(ChangeRequest(model=family, version=version))

    def report(self) -> ModelsReport:
        # In this order a request that the parent process takes meanwhile is seen at least once.
        waiting, state = self._request.waiting(), self._state.read()
        workers = [
            process
            for process in self._processes.living()
            if process.role == "api" and not process.starting
        ]
        models = [
            ServedModel(
                name=family,
                version=served.version,
                workers=[
                    WorkerVersion(pid=worker.pid, version=worker.serving[family])
                    for worker in workers
                ],
            )
            for family, served in state.served.items()
        ]
        change = state.change
        if waiting and not (change and change.runs):
            return ModelsReport(
                models=models,
                change=ModelChange(
                    model=waiting.model,
                    version=waiting.version,
                    previous=state.served[waiting.model].version,
                    state="requested",
                    reason=None,
                    started_at=None,
                    ended_at=None,
                ),
            )
        if change is None:
            return ModelsReport(models=models, change=None)
        return ModelsReport(
            models=models,
            change=ModelChange(
                model=change.model,
                version=change.version,
                previous=change.previous,
                state=change.stage,
                reason=change.reason,
                started_at=change.started_at,
                ended_at=change.ended_at,
            ),
        )

    def collect(self) -> Iterator[CounterMetricFamily]:
        """``sentiment_model_changes_total``, which the parent process counts."""
        changes = CounterMetricFamily(
            "sentiment_model_changes", "Changes of served models", labels=["model", "result"]
        )
        for family, results in self._state.read().ended.items():
            for result, number in results.items():
                changes.add_metric([family, result], number)
        yield changes
