import re
import shutil
import subprocess

import pytest
from pydantic import ValidationError

from serving.environment import refuse_unknown_variables
from serving.settings import Settings
from tests.support.champions import REPOSITORY


def test_models_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTIMENT_MODELS", "lstm, baseline")
    chosen = Settings()
    assert chosen.models == ("lstm", "baseline")
    assert chosen.default_model == "lstm"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("MODELS", "baseline,gpt", "no family is called 'gpt'"),
        ("MODELS", " , ", "at least one family"),
        ("DEFAULT_MODEL", "gpt", "is not served: choose one of"),
        ("RUNNERS", "cloud", "'inline'"),
        ("SECRET_KEY", "short", "at least 32 characters"),
        ("SECRET_KEY", " " * 40, "white space"),
        ("ADMIN_KEY", "fifteen letters", "at least 16 characters"),
        ("ADMIN_KEY", "sixteen letters or more\t", "white space"),
        ("ADMIN_KEY", "a" * 16, "more than one character"),
        ("TIMEOUT_S", "0", "greater than 0"),
        ("TIMEOUT_S", "inf", "finite number"),
        ("QUEUE_MS", "nan", "finite number"),
        ("RETENTION_DAYS", "1e300", "less than or equal"),
        ("API_WORKERS", "100000", "at most"),
        ("THREADS", "100000", "at most"),
        ("DATA_DIR", "~/feedback", "absolute path"),
        ("DATABASE_URL", "sqlite://", "in memory"),
        ("DATABASE_URL", "sqlite:///:memory:", "in memory"),
        ("DATABASE_URL", "sqlite:///file:x?mode=memory&uri=true", "in memory"),
        ("DATABASE_URL", "sqlite:///~/feedback.db", "absolute path"),
        ("DATABASE_URL", "mysql://host/feedback", "SQLite or PostgreSQL"),
        ("DATABASE_URL", "postgresql+nothing://host/feedback", "not installed"),
        ("DATABASE_URL", "feedback.db", "sqlite:///PATH"),
        ("API_KEYS", "web:planted", "entry 1: write NAME:sha256:HEX:RATE"),
        ("RATE_LIMIT", "often", "600/minute"),
        ("TRUSTED_PROXIES", "*", "IPv4 or IPv6"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "host bits"),
        ("SHADOW", "gpt:challenger", "no family is called 'gpt'"),
        ("SHADOW", "baseline:champion", "no alias is called 'champion'"),
        ("SHADOW", "baseline", "write it as baseline:challenger"),
        ("SPLIT", "baseline:challenger", "write it as baseline:challenger:10"),
        ("SPLIT", "baseline:challenger:51", "from 1 to 50"),
        ("SPLIT", "baseline:challenger:0", "from 1 to 50"),
        ("SPLIT", "baseline:challenger:2.5", "from 1 to 50"),
        ("TIMEOUT", "30", "SENTIMENT_TIMEOUT is no setting; the nearest is SENTIMENT_TIMEOUT_S"),
        ("SMTP_PASSWORD", "x", "the nearest is SENTIMENT_SMTP_PASSWORD_FILE"),
    ],
)
def test_a_wrong_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(f"SENTIMENT_{name}", value)
    with pytest.raises(ValidationError, match=re.escape(message)):
        Settings()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"MODELS": "lstm", "SHADOW": "baseline:challenger"}, "SENTIMENT_SHADOW names baseline"),
        ({"MODELS": "lstm", "SPLIT": "baseline:challenger:5"}, "SENTIMENT_SPLIT names baseline"),
        ({"RUNNERS": "service", "SPLIT": "lstm:challenger:5"}, "set SENTIMENT_RUNNERS to inline"),
        (
            {"RUNNERS": "inline", "SPLIT": "lstm:challenger:5", "SHADOW": "lstm:challenger"},
            "both name lstm",
        ),
    ],
)
def test_a_challenger_that_cannot_run_is_refused(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], message: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"SENTIMENT_{name}", value)
    with pytest.raises(ValidationError, match=re.escape(message)):
        Settings()


def test_variables_of_the_stack_and_of_kubernetes_are_no_errors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in (
        "SENTIMENT_SERVICE_HOST",
        "SENTIMENT_SERVICE_PORT_HTTP",
        "SENTIMENT_PORT",
        "SENTIMENT_PORT_3000_TCP_ADDR",
    ):
        monkeypatch.setenv(name, "10.0.0.7")
    Settings()


def test_every_variable_that_the_project_names_is_known() -> None:
    files = subprocess.run(
        [
            str(shutil.which("git")),
            "grep",
            "-hoE",
            r"\bSENTIMENT_[A-Z0-9]+(_[A-Z0-9]+)*\b",
            "--",
            ".",
            ":!tests",
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    names = set(files.stdout.split())
    assert len(names) > len(Settings.model_fields)
    refuse_unknown_variables(names, Settings.model_fields)


def test_no_error_repeats_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "ADMIN_KEY", "API_KEYS", "DATABASE_URL"):
        monkeypatch.setenv(f"SENTIMENT_{name}", "planted")
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert "planted" not in str(refused.value)


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTIMENT_SECRET_KEY", "planted" * 10)
    assert "planted" not in repr(Settings())


def test_the_document_of_the_settings_lists_each_with_its_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SENTIMENT_{name.upper()}", raising=False)
    defaults = Settings()
    document = (REPOSITORY / "docs" / "settings.md").read_text(encoding="utf-8")
    compared = 0
    for name in Settings.model_fields:
        variable = f"SENTIMENT_{name.upper()}"
        row = re.search(rf"^\| `{variable}` \| (.+?) \|", document, re.MULTILINE)
        assert row, f"{variable} has no row"
        # A default that depends on the machine is described in words.
        if literal := re.fullmatch(r"`([^~`]+)`", row[1]):
            monkeypatch.setenv(variable, literal[1])
            assert getattr(Settings(), name) == getattr(defaults, name), variable
            compared += 1
    assert compared > len(Settings.model_fields) / 3
