import socket
import subprocess
import sys

import pytest

from tests.support.champions import REPOSITORY
from tests.support.kinds import kind

TESTS = REPOSITORY / "tests"


@pytest.mark.parametrize(
    ("module", "fixtures", "expected"),
    [
        ("models/lstm/test_vocabulary.py", (), "unit"),
        ("models/lstm/test_training.py", (), "training"),
        ("models/test_explanation.py", ("trained",), "training"),
        ("training/promotion/test_promote.py", ("start_server",), "server"),
        ("integration/test_contract.py", ("client",), "server"),
        ("image/test_container.py", ("container",), "image"),
    ],
)
def test_the_most_demanding_kind_counts(
    module: str, fixtures: tuple[str, ...], expected: str
) -> None:
    assert (TESTS / module).is_file()
    assert kind(TESTS / module, fixtures) == expected


def test_a_unit_test_cannot_open_a_port() -> None:
    with socket.socket() as opened, pytest.raises(RuntimeError, match="opens the port"):
        opened.bind(("127.0.0.1", 0))


@pytest.mark.parametrize("command", [("training", "--help"), ("bentoml", "serve", "--help")])
def test_a_unit_test_cannot_train_or_serve(command: tuple[str, ...]) -> None:
    with pytest.raises(RuntimeError, match="a unit test starts"):
        subprocess.run([sys.executable, "-m", *command], check=False)


@pytest.mark.server
def test_a_server_test_can_open_a_port() -> None:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        assert opened.getsockname()[1] > 0
