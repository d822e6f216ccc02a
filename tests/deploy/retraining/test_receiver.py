"""The receiver of retraining, with a real Alertmanager and with GitHub's API on loopback."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from tests.support.deploy.retraining import (
    GITHUB_TOKEN,
    TOKEN,
    GitHub,
    Receiver,
    message,
    wait_until,
)
from tests.support.monitoring.configurations import alertmanager, replaced
from tests.support.monitoring.processes import Alertmanager

pytestmark = pytest.mark.server


@pytest.fixture
def github() -> Iterator[GitHub]:
    with GitHub() as github:
        yield github


@pytest.fixture
def receiver(github: GitHub, tmp_path: Path) -> Iterator[Receiver]:
    with Receiver(tmp_path, github.settings) as receiver:
        yield receiver


def test_an_alert_starts_the_workflow_once_a_day_after_a_failed_first_try(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    with GitHub(500) as github, Receiver(tmp_path, github.settings) as receiver:
        configuration = alertmanager(
            tmp_path / "configuration",
            alert_webhook="http://127.0.0.1:9/operators",
            retraining_webhook=receiver.url,
            retraining_token_file=str(token),
        )
        intervals = {"group_interval: 30m": "group_interval: 1s"}
        replaced(configuration, {**intervals, "repeat_interval: 1h": "repeat_interval: 1s"})
        with Alertmanager(configuration, tmp_path / "alertmanager") as running:
            alerts = [
                {"labels": {"alertname": name, "job": "sentiment", "model": model}}
                for name, model in (
                    ("SentimentWrongShareHigh", "lstm"),
                    ("SentimentRetrainingDue", "baseline"),
                )
            ]
            httpx.post(f"{running.url}/api/v2/alerts", json=alerts).raise_for_status()
            wait_until(lambda: len(github.requests) == 2, lambda: receiver.log)
            receiver.wait_for_log("nothing begins", 2)
    assert len(github.requests) == 2
    for path, headers, body in github.requests:
        assert path == "/repos/team/sentiment/actions/workflows/retrain.yml/dispatches"
        assert headers["Authorization"] == f"Bearer {GITHUB_TOKEN}"
        assert body == {"ref": "main", "inputs": {"family": "baseline"}}
    assert "HTTP Error 500" in receiver.log
    assert TOKEN not in receiver.log
    assert GITHUB_TOKEN not in receiver.log


def test_a_restarted_receiver_remembers_the_start_of_the_day(
    github: GitHub, tmp_path: Path
) -> None:
    with Receiver(tmp_path, github.settings) as receiver:
        assert receiver.post(message("baseline")).json() == {
            "due": ["baseline"],
            "begun": "baseline",
        }
        receiver.wait_for_log("GitHub accepted")
        assert receiver.post(message("lstm")).json()["begun"] is None
    with Receiver(tmp_path, github.settings) as receiver:
        assert receiver.post(message("baseline")).json()["begun"] is None
    yesterday = datetime.now(UTC) - timedelta(days=1)
    receiver.record.write_text(json.dumps({"baseline": yesterday.isoformat()}))
    with Receiver(tmp_path, github.settings) as receiver:
        # The family that waited longer comes first.
        assert receiver.post(message("baseline", "lstm")).json()["begun"] == "lstm"


def test_other_messages_start_nothing(receiver: Receiver, github: GitHub) -> None:
    for harmless in (
        message("baseline", status="resolved"),
        message("baseline", name="SentimentWrongShareHigh"),
        message(),
    ):
        response = receiver.post(harmless)
        assert response.status_code == 200
        assert response.json() == {"due": [], "begun": None}
    wrong_messages: list[object] = [[], {}, {"alerts": [{}]}, "text", None]
    for wrong in [*wrong_messages, message("--force"), message("a b")]:
        assert receiver.post(wrong).status_code == 400, wrong
    for token in ("x", "another token", TOKEN[:-1], TOKEN + "x"):
        assert receiver.post(message("baseline"), token).status_code == 401
    other = {"Authorization": f"Bearer {TOKEN}"}
    assert httpx.post(f"{receiver.url}/x", headers=other).status_code == 404
    assert httpx.post(receiver.url, json=message("baseline")).status_code == 401
    connection = HTTPConnection("127.0.0.1", receiver.port, timeout=30)
    connection.putrequest("POST", "/alerts")
    connection.putheader("Content-Length", str(2**20 + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    assert httpx.get(receiver.url.replace("alerts", "livez")).status_code == 200
    assert not github.requests


def test_the_token_of_github_follows_no_redirect(tmp_path: Path) -> None:
    with GitHub(307) as github, Receiver(tmp_path, github.settings) as receiver:
        receiver.post(message("baseline"))
        receiver.wait_for_log("The next notification tries again")
    assert len(github.requests) == 1


@pytest.mark.parametrize(("code", "judged"), [(0, True), (3, True), (1, False)])
def test_a_command_starts_instead_of_the_workflow(tmp_path: Path, code: int, judged: bool) -> None:
    output = tmp_path / "families"
    script = f"import sys; open({str(output)!r}, 'a').write(sys.argv[1]); sys.exit({code})"
    command = f'{sys.executable} -c "{script}" {{family}};'
    with Receiver(tmp_path, {"COMMAND": command}) as receiver:
        assert receiver.post(message("baseline")).json()["begun"] == "baseline"
        receiver.wait_for_log("the gate" if judged else f"exit code {code}")
        again = receiver.post(message("baseline")).json()["begun"]
        assert again == (None if judged else "baseline")
        if not judged:
            receiver.wait_for_log(f"exit code {code}", 2)
    # No shell reads the command: the semicolon belongs to the argument.
    assert output.read_text() == "baseline;" * (1 if judged else 2)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({}, "set either RETRAINING_REPOSITORY or RETRAINING_COMMAND"),
        (
            {"REPOSITORY": "a/b", "GITHUB_TOKEN": "x", "COMMAND": "true"},
            "set either RETRAINING_REPOSITORY or RETRAINING_COMMAND",
        ),
        ({"REPOSITORY": "a/b"}, "RETRAINING_GITHUB_TOKEN is not set"),
        ({"REPOSITORY": "a", "GITHUB_TOKEN": "x"}, "RETRAINING_REPOSITORY is no repository"),
        (
            {"REPOSITORY": "a/b", "GITHUB_TOKEN": "x", "GITHUB_API": "http://example.org"},
            "RETRAINING_GITHUB_API is no https:// address",
        ),
        ({"COMMAND": "'"}, "RETRAINING_COMMAND is no command line"),
        ({"COMMAND": "true", "TOKEN": "short"}, "RETRAINING_TOKEN has fewer than 16 characters"),
        ({"COMMAND": "true", "LISTEN": "9095"}, "RETRAINING_LISTEN is no address"),
        ({"COMMAND": "true", "RECORD": "/nowhere/starts.json"}, "/nowhere/starts.json cannot"),
    ],
)
def test_the_receiver_names_a_wrong_setting(
    tmp_path: Path, settings: dict[str, str], reason: str
) -> None:
    receiver = Receiver(tmp_path, settings)
    assert receiver.start().wait(30) == 2
    assert reason in receiver.log


def test_the_receiver_refuses_a_damaged_record(tmp_path: Path) -> None:
    receiver = Receiver(tmp_path, {"COMMAND": "true"})
    receiver.record.write_text("[1]")
    assert receiver.start().wait(30) == 2
    assert "starts.json cannot be used" in receiver.log
