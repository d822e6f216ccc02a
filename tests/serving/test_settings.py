import os
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from serving.settings import Settings, available_cores
from tests.support.champions import REPOSITORY


def test_models_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTIMENT_MODELS", "lstm, baseline")
    chosen = Settings()
    assert chosen.models == ("lstm", "baseline")
    assert chosen.default_model == "lstm"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("MODELS", "baseline,gpt", "no family is called 'gpt'"),
        ("MODELS", " , ", "at least one family"),
        ("DEFAULT_MODEL", "gpt", "not among those served"),
        ("RUNNERS", "cloud", "'inline'"),
        ("SECRET_KEY", "short", "at least 32 characters"),
        ("TIMEOUT_S", "0", "greater than 0"),
    ],
)
def test_a_wrong_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"SENTIMENT_{name}", value)
    with pytest.raises(ValidationError, match=re.escape(told)):
        Settings()


@pytest.mark.parametrize(
    ("quota", "cores"),
    [(None, 4), ("max 100000", 4), ("250000 100000", 2), ("50000 100000", 1), ("900000 100000", 4)],
)
def test_available_cores_respect_the_quota_of_the_container(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quota: str | None, cores: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3})
    file = tmp_path / "cpu.max"
    if quota:
        file.write_text(f"{quota}\n")
    assert available_cores(file) == cores


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
    assert compared > len(Settings.model_fields) / 2
