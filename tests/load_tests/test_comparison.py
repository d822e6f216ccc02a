import pytest

from load_tests.comparison import chosen_peers
from load_tests.servers.compared_server import PEERS


def test_peers_are_chosen_by_name() -> None:
    assert [peer.name for peer in chosen_peers("Ray Serve, LitServe")] == ["Ray Serve", "LitServe"]
    assert chosen_peers("all") == list(PEERS)
    assert chosen_peers("none") == []


def test_unknown_peers_are_named() -> None:
    with pytest.raises(SystemExit, match=r"unknown servers: Flask; known servers: .*LitServe"):
        chosen_peers("LitServe,Flask")
