"""The port of the service, checked before the models load."""

import errno
import os
import socket
import time

import click

from serving.parent_process.start_error import StartError

# Workers of a killed parent process keep the port until they have ended.
_PATIENCE_S = 3.0


def check_port() -> None:
    """Raise ``StartError`` if the host and port of ``bentoml serve`` are not free."""
    command = click.get_current_context(silent=True)
    if command is None or not {"host", "port"} <= command.params.keys():
        return
    host, port = str(command.params["host"]), int(command.params["port"])
    deadline = time.monotonic() + _PATIENCE_S
    while error := _listen_error(host, port):
        if error != errno.EADDRINUSE:
            raise StartError(f"cannot listen on {host} port {port}: {os.strerror(error)}")
        if time.monotonic() > deadline:
            raise StartError(
                f"port {port} of {host} is in use: stop the process that listens there, or choose "
                "another port by --port"
            )
        time.sleep(0.1)


def _listen_error(host: str, port: int) -> int | None:
    """The error of an attempt to listen, as a number of ``errno``, or None."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno
    return None
