"""Key pairs that sign champions."""

from pathlib import Path

import pytest

from training.promotion.signing_key import require_signing_key


def make_key_pair(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make ``folder`` the data folder, with a new key pair. Returns the private key's file."""
    monkeypatch.setenv("SENTIMENT_DATA_DIR", str(folder))
    monkeypatch.delenv("SENTIMENT_MODEL_KEY", raising=False)
    monkeypatch.delenv("SENTIMENT_SIGNING_KEY", raising=False)
    return require_signing_key()
