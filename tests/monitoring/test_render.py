"""Tests of ``render.py``, which fills in Alertmanager's configuration."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.monitoring.configurations import alertmanager, mail_settings, rendered
from tests.support.monitoring.processes import binary

MAIL = mail_settings(2525, "https://sentiment.example.org/")
WEBHOOK = {"alert_webhook": "https://chat.example.org/hooks/1?token=x&y=%20"}

RETRAINING = {
    "retraining_webhook": "http://retraining:9095/alerts",
    "retraining_token_file": "/run/token",
}


def receiver(**settings: str) -> dict[str, Any]:
    outcome = rendered(**settings)
    assert outcome.returncode == 0, outcome.stderr
    (only,) = yaml.safe_load(outcome.stdout)["receivers"]
    found: dict[str, Any] = only
    return found


@pytest.mark.parametrize(
    "settings",
    [MAIL, WEBHOOK, MAIL | WEBHOOK, MAIL | RETRAINING],
    ids=["mail", "webhook", "both", "retraining"],
)
def test_the_rendered_configuration_is_valid(settings: dict[str, str], tmp_path: Path) -> None:
    configuration = alertmanager(tmp_path / "alertmanager", **settings)
    outcome = subprocess.run(
        [binary("amtool"), "check-config", str(configuration)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_only_configured_receivers_are_rendered() -> None:
    assert set(receiver(**MAIL)) == {"name", "email_configs"}
    assert set(receiver(**WEBHOOK)) == {"name", "webhook_configs"}
    assert set(receiver(**MAIL, **WEBHOOK)) == {"name", "email_configs", "webhook_configs"}
    assert receiver(**WEBHOOK)["webhook_configs"][0]["url"] == WEBHOOK["alert_webhook"]


def test_retraining_is_off_by_default_and_leaves_the_operators_their_alerts() -> None:
    without = yaml.safe_load(rendered(**MAIL).stdout)
    assert len(without["receivers"]) == 1
    assert not any("receiver" in route for route in without["route"]["routes"])
    with_retraining = yaml.safe_load(rendered(**MAIL, **RETRAINING).stdout)
    operators, retraining = with_retraining["receivers"]
    assert operators == without["receivers"][0]
    (hook,) = retraining["webhook_configs"]
    assert hook["url"] == RETRAINING["retraining_webhook"]
    assert hook["http_config"]["authorization"] == {"credentials_file": "/run/token"}
    first, *others = with_retraining["route"]["routes"]
    assert first["receiver"] == retraining["name"]
    assert first["matchers"] == ['alertname="SentimentRetrainingDue"']
    assert first["continue"] is True
    assert others == without["route"]["routes"]


def test_mail_uses_tls_on_port_587_by_default() -> None:
    settings = {name: MAIL[name] for name in ("smtp_host", "smtp_from", "smtp_to", "public_url")}
    (mail,) = receiver(**settings)["email_configs"]
    assert mail["require_tls"] is True
    assert mail["smarthost"] == "127.0.0.1:587"


def test_the_configuration_does_not_contain_the_password(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("hunter2")
    settings = MAIL | {"smtp_user": "sentiment", "smtp_password_file": str(secret)}
    (mail,) = receiver(**settings)["email_configs"]
    assert mail["auth_username"] == "sentiment"
    assert mail["auth_password_file"] == str(secret)
    assert "hunter2" not in rendered(**settings).stdout


@pytest.mark.parametrize("name", ["smtp_from", "smtp_to", "public_url"])
def test_the_error_names_a_missing_variable(name: str) -> None:
    outcome = rendered(**(MAIL | {name: " "}))
    assert outcome.returncode == 2
    assert outcome.stdout == ""
    assert outcome.stderr == f"render.py: SENTIMENT_{name.upper()} is not set\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("smtp_port", "smtp"),
        ("smtp_port", "65536"),
        ("smtp_from", "nobody"),
        ("smtp_to", 'a@example.org\n  bcc: "b@example.org"'),
        ("smtp_to", "{{ .ExternalURL }}@example.org"),
        ("smtp_require_tls", "perhaps"),
        ("public_url", "sentiment.example.org"),
        ("public_url", 'https://example.org/"><script>'),
        ("public_url", "https://example.org/{{ .ExternalURL }}"),
        ("runbook_url", "docs/runbook.md"),
        ("alert_webhook", "chat"),
        ("retraining_webhook", "retraining:9095"),
        ("retraining_token_file", " "),
    ],
)
def test_the_error_names_an_invalid_variable(name: str, value: str) -> None:
    outcome = rendered(**(MAIL | RETRAINING | {name: value}))
    assert outcome.returncode == 2
    assert outcome.stdout == ""
    assert outcome.stderr.startswith(f"render.py: SENTIMENT_{name.upper()} ")


def test_a_user_requires_a_password_file() -> None:
    outcome = rendered(**MAIL, smtp_user="sentiment")
    assert outcome.returncode == 2
    assert "SENTIMENT_SMTP_PASSWORD_FILE is not set" in outcome.stderr


def test_at_least_one_receiver_is_required() -> None:
    outcome = rendered(public_url=MAIL["public_url"])
    assert outcome.returncode == 2
    assert "SENTIMENT_SMTP_HOST" in outcome.stderr
    assert "SENTIMENT_ALERT_WEBHOOK" in outcome.stderr
