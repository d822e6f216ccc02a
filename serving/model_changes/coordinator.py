"""The coordinator of model changes: a thread of the parent process, which serves no requests."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from serving.model_changes.change_request import ChangeRequest, RequestFile
from serving.model_changes.process_status import ProcessStatus, StatusFiles
from serving.model_changes.state import Change, ModelVersion, ServerState, StateFile
from serving.model_changes.trial import TrialError

logger = logging.getLogger("bentoml.sentiment")

_INTERVAL_S = 0.1
# Time for one process to load a model.
_LONGEST_LOAD_S = 300.0


class _WithdrawnError(Exception):
    """A process could not load the model. The message is the reason."""


class Coordinator:
    """Changes the served models, one change at a time.

    A model first passes its ``trial``. Then the runner service of the family holds both versions,
    if runner services score (``with_runners``). Then one API worker after another loads the model
    and switches. If a process fails, all workers return to the previous version, which they still
    hold.
    """

    def __init__(
        self,
        folder: Path,
        served: Mapping[str, ModelVersion],
        trial: Callable[[str, str], ModelVersion],
        *,
        with_runners: bool,
        longest_load_s: float = _LONGEST_LOAD_S,
    ) -> None:
        self._file, self._requests = StateFile(folder), RequestFile(folder)
        self._processes = StatusFiles(folder)
        self._trial, self._with_runners = trial, with_runners
        self._longest_load_s = longest_load_s
        self._state = ServerState.at_start(served)
        self._file.publish(self._state)

    def start(self) -> None:
        """Wait for requests, in a thread that ends with this process."""
        threading.Thread(target=self._run, name="model-changes", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                self.step()
            except Exception:
                # For instance a full disk. The thread must live as long as the parent process.
                logger.exception("model changes are interrupted")
                time.sleep(1)
            time.sleep(_INTERVAL_S)

    def step(self) -> None:
        """Carry out the request that waits, if there is one."""
        if self._state.change and self._state.change.runs:
            self._end("refused", "the change was interrupted")
        self._release_unused_versions()
        if request := self._requests.waiting():
            self._begin(request)
            self._requests.remove()
            self._change(request)

    def _begin(self, request: ChangeRequest) -> None:
        last = self._state.change
        self._processes.forget_dead_processes()
        self._state.change = Change(
            number=last.number + 1 if last else 1,
            model=request.model,
            version=request.version,
            previous=self._state.served[request.model].version,
            stage="checking",
            started_at=datetime.now(UTC),
        )
        self._publish()

    def _change(self, request: ChangeRequest) -> None:
        logger.info("%s changes to %s", request.model, request.version)
        try:
            candidate = self._trial(request.model, request.version)
            if self._with_runners:
                self._load_in_runners(request.model, candidate)
            self._switch_workers(request.model, candidate)
        except (TrialError, _WithdrawnError) as error:
            self._end("refused", str(error))
            logger.error("%s stays: %s was refused: %s", request.model, request.version, error)
        else:
            self._state.served[request.model] = candidate
            self._end("done")
            logger.info("%s has changed to %s", request.model, request.version)

    def _load_in_runners(self, family: str, candidate: ModelVersion) -> None:
        held = self._state.held[family]
        if candidate not in held:
            self._state.held[family] = (*held, candidate)
        self._update_change(stage="loading", candidate=candidate)
        self._wait_for(
            lambda: all(
                candidate.version in process.held.get(family, ())
                for process in self._living()
                if process.role == "runner" and family in process.held
            )
        )

    def _switch_workers(self, family: str, candidate: ModelVersion) -> None:
        self._update_change(stage="switching", candidate=candidate)
        turns: tuple[str, ...] = ()
        while behind := self._workers_behind(family, candidate):
            if behind[0] not in turns:
                turns = (*turns, behind[0])
                self._update_change(turns=turns)
            self._wait_for(partial(self._has_switched, behind[0], family, candidate))

    def _workers_behind(self, family: str, candidate: ModelVersion) -> list[str]:
        """The workers that serve another version. A starting worker follows by itself later."""
        return [
            process.name
            for process in self._living()
            if process.role == "api"
            and not process.starting
            and process.serving.get(family) != candidate.version
        ]

    def _has_switched(self, name: str, family: str, candidate: ModelVersion) -> bool:
        return name not in self._workers_behind(family, candidate)

    def _wait_for(self, condition: Callable[[], bool]) -> None:
        """Return when the condition is true. Raises ``_WithdrawnError`` if a process fails."""
        deadline = time.monotonic() + self._longest_load_s
        while not condition():
            self._raise_failure()
            if time.monotonic() > deadline:
                raise _WithdrawnError(
                    f"a process did not load it within {self._longest_load_s:g} s"
                )
            time.sleep(_INTERVAL_S)

    def _raise_failure(self) -> None:
        number = self._state.change.number if self._state.change else 0
        for process in self._living():
            if reason := process.failed(number):
                raise _WithdrawnError(f"process {process.pid} could not load it: {reason}")

    def _living(self) -> list[ProcessStatus]:
        return self._processes.living()

    def _release_unused_versions(self) -> None:
        """Let the runners drop the versions that no API worker uses any more."""
        workers = [process for process in self._living() if process.role == "api"]
        # A starting worker may have read an earlier state.
        if not self._with_runners or any(worker.starting for worker in workers):
            return
        released = False
        for family, held in self._state.held.items():
            used = {self._state.served[family].version}.union(
                *(worker.held.get(family, ()) for worker in workers)
            )
            kept = tuple(version for version in held if version.version in used)
            released |= kept != held
            self._state.held[family] = kept
        if released:
            self._publish()

    def _update_change(self, **values: object) -> None:
        if self._state.change:
            self._state.change = self._state.change.model_copy(update=values)
        self._publish()

    def _end(self, result: str, reason: str | None = None) -> None:
        if change := self._state.change:
            self._state.ended[change.model][result] += 1
        self._update_change(stage=result, reason=reason, ended_at=datetime.now(UTC))

    def _publish(self) -> None:
        self._file.publish(self._state)
