"""Free ports on loopback."""

import socket


def first_free_port(number: int) -> int:
    """The first of ``number`` consecutive free ports."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = int(probe.getsockname()[1])
        if all(_is_free(port) for port in range(first, first + number)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return port < 65536 and probe.connect_ex(("127.0.0.1", port)) != 0
