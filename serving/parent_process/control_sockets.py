"""The control sockets of circus, BentoML's supervisor of processes."""

import logging

import click
import zmq

logger = logging.getLogger("bentoml.sentiment")


def close_control_sockets() -> None:
    """Refuse every client of circus's control sockets.

    Circus listens for commands on loopback TCP ports, which every local account can reach. Sockets
    of the shared ZeroMQ context, which circus uses, inherit the options of the context. The options
    demand CURVE authentication, and no client gets the key. With ``--reload`` the sockets stay
    open, since a separate process sends the command to restart.

    https://pyzmq.readthedocs.io/en/latest/howto/morethanbindings.html
    https://rfc.zeromq.org/spec/26/
    """
    command = click.get_current_context(silent=True)
    if command is not None and command.params.get("reload"):
        logger.warning(
            "with --reload every local account can control the server: use it for development only"
        )
        return
    _, secret_key = zmq.curve_keypair()
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context.instance()
    context.setsockopt(zmq.CURVE_SERVER, 1)
    context.setsockopt(zmq.CURVE_SECRETKEY, secret_key)
