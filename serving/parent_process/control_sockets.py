"""The control sockets of circus, BentoML's supervisor of processes."""

import logging

import click
import zmq

logger = logging.getLogger("bentoml.sentiment")


def close_control_sockets() -> None:
    """Refuse every client of circus's control sockets.

    Circus listens for commands on loopback TCP ports, which every local account can reach. Circus
    uses the shared ZeroMQ context, whose options new sockets take: they demand CURVE, and nobody
    gets the key (https://pyzmq.readthedocs.io/en/latest/howto/morethanbindings.html,
    https://rfc.zeromq.org/spec/26/). With ``--reload`` the sockets stay open, since a process of
    its own sends the command to restart.
    """
    command = click.get_current_context(silent=True)
    if command is not None and command.params.get("reload"):
        logger.warning("with --reload every local account can control the server: develop with it")
        return
    _, secret_key = zmq.curve_keypair()
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context.instance()
    context.setsockopt(zmq.CURVE_SERVER, 1)
    context.setsockopt(zmq.CURVE_SECRETKEY, secret_key)
