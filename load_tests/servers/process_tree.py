"""All processes of a server or another program: their start, memory and end."""

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

_PATIENCE_S = 180.0


class ServerDiedError(Exception):
    """The server ended by itself or did not answer; the message quotes the end of its log."""


class ProcessTree:
    """A server process and its descendants, which run while the context is open.

    ``peak_mib`` is their peak memory: the sum of proportional set sizes (PSS), in which memory
    that several processes share counts once.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        self._command = command
        self._environment = environment
        self._folder = folder
        self._ended = threading.Event()
        self.peak_mib = 0.0

    def __enter__(self) -> Self:
        self.started = time.perf_counter()
        self._log = self._folder / "server.log"
        with self._log.open("w") as log:
            self._process = psutil.Popen(
                self._command,
                env=dict(self._environment),
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._sampler = threading.Thread(target=self._sample)
        self._sampler.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._sampler.join()
        family = self._family()
        for process in family:
            try:
                process.terminate()
            except psutil.NoSuchProcess:
                continue
        _, alive = psutil.wait_procs(family, timeout=10)
        for process in alive:
            process.kill()

    def seconds_to_first_answer(
        self, url: str, body: object, headers: Mapping[str, str] | None = None
    ) -> float:
        """Post ``body`` until the answer is 200; ``ServerDiedError`` after 180 s without one."""
        while time.perf_counter() - self.started < _PATIENCE_S:
            if self._process.poll() is not None:
                break
            try:
                response = httpx.post(url, json=body, headers=headers, timeout=30)
                if response.status_code == httpx.codes.OK:
                    return time.perf_counter() - self.started
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise ServerDiedError(
            f"no answer of 200 from {url}; the end of its log:\n{self._log.read_text()[-3000:]}"
        )

    def seconds_to_end(self) -> float:
        """Wait for a program that ends by itself; ``ServerDiedError`` if its exit code is not 0."""
        code = self._process.wait()
        seconds = time.perf_counter() - self.started
        if code:
            raise ServerDiedError(f"exit code {code}:\n{self._log.read_text()[-3000:]}")
        return seconds

    def memory_mib(self) -> float:
        """The present sum of the proportional set sizes."""
        total = 0
        for process in self._family():
            try:
                total += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return total / 2**20

    def _family(self) -> list[psutil.Process]:
        try:
            return [self._process, *self._process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _sample(self) -> None:
        while not self._ended.wait(0.5):
            self.peak_mib = max(self.peak_mib, self.memory_mib())
