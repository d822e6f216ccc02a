"""SIGTERM during the start of a worker."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.champions import REPOSITORY

# A worker of uvicorn on the listening socket 0. It gets SIGTERM before Draining takes the signal.
WORKER = """
import signal, socket
from contextlib import asynccontextmanager
import uvicorn
from starlette.applications import Starlette
from serving.workers.draining import Draining
from serving.workers.shared_counters import SharedCounters

@asynccontextmanager
async def lifespan(app):
    signal.raise_signal(signal.SIGTERM)
    Draining().start_on_sigterm(SharedCounters.alone)
    yield

uvicorn.Server(uvicorn.Config(Starlette(lifespan=lifespan))).run([socket.socket(fileno=0)])
"""


def test_a_worker_that_is_stopped_during_its_start_does_not_listen_again(tmp_path: Path) -> None:
    address = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        # As after the end of the listening by another worker.
        listener.bind(address)
        worker = subprocess.run(
            [sys.executable, "-c", WORKER],
            cwd=REPOSITORY,
            stdin=listener.fileno(),
            check=False,
            timeout=60,
        )
        with pytest.raises(ConnectionRefusedError):
            client.connect(address)
    assert worker.returncode == -signal.SIGTERM
